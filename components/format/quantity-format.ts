import type { Language } from './language.ts';

/** How long and how much, in a few digits. `null` (not known) is a dash. */
export interface QuantityFormat {
  /** `12 ms`, `2.3 s`, `2 min 5 s`, `3 h 12 min`, `4 d 2 h`. */
  duration(ms: number | null): string;
  /** `512 B`, `1.2 MB`; powers of 1,000. */
  bytes(bytes: number | null): string;
}

const UNKNOWN = '–';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function createQuantityFormat(language: Language): QuantityFormat {
  const unit = (name: string, digits = 0) => {
    const format = new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    });
    return (value: number) => format.format(value);
  };
  const [ms, tenths, seconds] = [unit('millisecond'), unit('second', 1), unit('second')];
  const [minutes, hours, days] = [unit('minute'), unit('hour'), unit('day')];
  const sizes = BYTE_UNITS.map((name) => unit(name, 1));
  const two = (total: number, large: number, small: number, names: [typeof ms, typeof ms]): string => {
    const whole = Math.floor(total / large);
    const rest = Math.floor((total % large) / small);
    return rest === 0 ? names[0](whole) : `${names[0](whole)} ${names[1](rest)}`;
  };

  return {
    duration(total) {
      if (total === null) return UNKNOWN;
      if (total < SECOND) return ms(Math.round(total));
      if (total < 10 * SECOND) return tenths(Math.floor(total / 100) / 10);
      if (total < MINUTE) return seconds(Math.floor(total / SECOND));
      if (total < HOUR) return two(total, MINUTE, SECOND, [minutes, seconds]);
      if (total < DAY) return two(total, HOUR, MINUTE, [hours, minutes]);
      return two(total, DAY, HOUR, [days, hours]);
    },
    bytes(total) {
      if (total === null) return UNKNOWN;
      const power = Math.min(sizes.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, total)) / 3)));
      return sizes[power]?.(total / 1000 ** power) ?? UNKNOWN;
    },
  };
}
