import type { Language } from './language.ts';

/** A number cut to a few digits: `text` is exact decimal text, `unit` what it counts in ('' for ones). */
export interface CompactNumber {
  readonly text: `${number}`;
  /** `text` as an integer in units of its last digit. */
  readonly amount: number;
  readonly fractionDigits: number;
  readonly unit: string;
}

interface Scale {
  readonly significant: number;
  readonly units: readonly { readonly power: number; readonly unit: string }[];
}

const scales: Readonly<Record<Language, Scale>> = {
  en: {
    significant: 4,
    units: [
      { power: 12, unit: 'T' },
      { power: 9, unit: 'B' },
      { power: 6, unit: 'M' },
      { power: 3, unit: 'K' },
    ],
  },
  'zh-CN': {
    significant: 3,
    units: [
      { power: 12, unit: '万亿' },
      { power: 8, unit: '亿' },
      { power: 4, unit: '万' },
    ],
  },
};

/** Below this whole number nothing is cut but decimals. */
const FULL_BELOW = 10_000n;

/**
 * Shortens an exact integer of `10^-digits` units. It cuts, never rounds up: what is shown is never more than
 * what is confirmed.
 */
export function compactNumber(amount: number, digits: number, language: Language): CompactNumber {
  const negative = amount < 0;
  const value = BigInt(Math.abs(amount));
  const one = 10n ** BigInt(digits);
  const whole = value / one;
  const { units, significant } = scales[language];
  const scale = whole < FULL_BELOW ? undefined : units.find(({ power }) => whole >= 10n ** BigInt(power));
  const divisor = one * 10n ** BigInt(scale?.power ?? 0);
  const integerDigits = (value / divisor).toString().length;
  const fractionDigits = scale ? Math.max(0, significant - integerDigits) : whole < 1000n ? digits : 0;
  const scaled = (value * 10n ** BigInt(fractionDigits)) / divisor;
  const text = scaled.toString().padStart(fractionDigits + 1, '0');
  const cut = text.length - fractionDigits;
  const decimals = fractionDigits > 0 ? `.${text.slice(cut)}` : '';
  return {
    text: `${negative && scaled > 0n ? '-' : ''}${text.slice(0, cut)}${decimals}` as `${number}`,
    amount: Number(negative ? -scaled : scaled),
    fractionDigits,
    unit: scale?.unit ?? '',
  };
}
