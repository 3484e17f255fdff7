import type { MetricSummary } from '../../engine/protocol/board-info.ts';
import { type CompactNumber, compactNumber } from './compact-number.ts';
import type { Language } from './language.ts';
import { decimalText } from './minor-units.ts';

export type Unit = MetricSummary['unit'];

/** How figures are written. `null` (not known) is a dash. Money comes in integer minor units. */
export interface FigureFormat {
  /** All digits: `¥1,234,567.89`, `1,234,567`, `8.615 %`. */
  full(unit: Unit, value: number | null): string;
  /** A few digits, cut: `¥1.234M`, `¥123万`, `8.6%`. */
  compact(unit: Unit, value: number | null): string;
  /** A round amount on an axis, without trailing zeros: `¥80K`. Minor units. */
  roundMoney(value: number): string;
  /** The number before it is written, for digits that roll. Money and counts only. */
  compactParts(unit: 'money' | 'count', value: number): CompactNumber;
  /** A relative change: `+12.3%`, `-4.0%`; a dash where it is not known. */
  change(ratio: number | null): string;
  /** Exact decimal text, grouped as the language does. */
  decimal(text: `${number}`, fractionDigits: number): string;
  readonly currencySymbol: string;
}

const UNKNOWN = '–';

function symbolOf(language: Language, currency: string): string {
  const parts = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).formatToParts(0);
  return parts.find((part) => part.type === 'currency')?.value ?? currency;
}

/** Creates the format of one board in one language. */
export function createFigureFormat(options: {
  readonly language: Language;
  readonly currency: string;
  readonly minorDigits: number;
}): FigureFormat {
  const { language, currency, minorDigits } = options;
  const currencySymbol = symbolOf(language, currency);
  const decimals = Array.from(
    { length: 16 },
    (_, digits) =>
      new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  const percent = (digits: { min: number; max: number }, signDisplay: 'auto' | 'exceptZero') =>
    new Intl.NumberFormat(language, {
      style: 'percent',
      minimumFractionDigits: digits.min,
      maximumFractionDigits: digits.max,
      signDisplay,
    });
  const shortPercent = percent({ min: 1, max: 1 }, 'auto');
  const fullPercent = percent({ min: 1, max: 4 }, 'auto');
  const signedPercent = percent({ min: 1, max: 1 }, 'exceptZero');

  const write = (text: `${number}`, digits: number) => decimals[digits]?.format(text) ?? text;
  const withSymbol = (number: string) =>
    number.startsWith('-') ? `-${currencySymbol}${number.slice(1)}` : currencySymbol + number;
  const parts = (unit: 'money' | 'count', value: number) =>
    compactNumber(value, unit === 'money' ? minorDigits : 0, language);

  return {
    currencySymbol,
    decimal: write,
    compactParts: parts,
    full(unit, value) {
      if (value === null) return UNKNOWN;
      if (unit === 'ratio') return fullPercent.format(value);
      if (unit === 'count') return write(decimalText(value, 0), 0);
      return withSymbol(write(decimalText(value, minorDigits), minorDigits));
    },
    compact(unit, value) {
      if (value === null) return UNKNOWN;
      if (unit === 'ratio') return shortPercent.format(value);
      const short = parts(unit, value);
      const number = write(short.text, short.fractionDigits) + short.unit;
      return unit === 'money' ? withSymbol(number) : number;
    },
    roundMoney(value) {
      const { text, unit } = parts('money', value);
      const digits = text.replace(/\.?0+$/, (zeros) => (text.includes('.') ? '' : zeros)) as `${number}`;
      return withSymbol(write(digits, digits.split('.')[1]?.length ?? 0) + unit);
    },
    change: (ratio) => (ratio === null ? UNKNOWN : signedPercent.format(ratio)),
  };
}
