import { EXACT_DIGITS } from './tokens.ts';

/** What is done with a number that is no integer after scaling. */
export const MARK = 0;
export const FLOOR = 1;
export const REFUSE = 2;
export type FractionRule = typeof MARK | typeof FLOOR | typeof REFUSE;

/** What a marked number becomes: validation rejects whatever is no integer, by its column's name. */
export const NOT_AN_INTEGER = 0.5;

const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/**
 * The decimal number (RFC 8259) written in [start, end), times 10^`exponent`, exactly: never by arithmetic with
 * fractions. An integer beyond 2^53 becomes the nearest double, which validation rejects; one beyond all doubles the
 * largest. NaN: refused.
 */
export function scaleDecimal(
  bytes: Uint8Array,
  start: number,
  end: number,
  exponent: number,
  rule: FractionRule,
): number {
  const isNegative = bytes[start] === 0x2d;
  let digits = 0;
  let fraction = 0;
  let inFraction = 0;
  let mantissa = 0;
  let at = isNegative ? start + 1 : start;
  for (; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      if (mantissa > 0) digits++;
      fraction += inFraction;
    } else if (bytes[at] === 0x2e) inFraction = 1;
    else break;
  }
  const shift = exponent - fraction;
  if (at < end || digits > EXACT_DIGITS || shift < -EXACT_DIGITS || digits + shift > EXACT_DIGITS) {
    return scaleLong(bytes, start, end, exponent, rule);
  }
  if (shift >= 0) {
    const value = mantissa * POWERS[shift]!;
    return isNegative ? 0 - value : value;
  }
  // Neither remainder nor quotient is rounded: both numbers have at most 15 digits.
  const unit = POWERS[-shift]!;
  const rest = mantissa % unit;
  if (rest !== 0 && rule !== FLOOR) return rule === MARK ? NOT_AN_INTEGER : Number.NaN;
  const value = (mantissa - rest) / unit;
  if (!isNegative) return value;
  return rest === 0 ? 0 - value : -1 - value;
}

const MANY_DIGITS = 1_000;

/** The same for numbers with exponents or many digits. */
function scaleLong(
  bytes: Uint8Array,
  start: number,
  end: number,
  exponent: number,
  rule: FractionRule,
): number {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e(.+))?$/i.exec(textOf(bytes, start, end)) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = withoutLastZeros(digits);
  if (significant === '') return 0;
  // Digits before the point, the point being moved. No double has more than 309.
  const before = Math.min(digits.length - fraction.length + Number(power) + exponent, MANY_DIGITS);
  if (before >= Math.min(significant.length, MANY_DIGITS)) {
    const value = Math.min(Number(`0.${significant}e${before}`), Number.MAX_VALUE);
    return sign === '' ? value : -value;
  }
  if (rule !== FLOOR) return rule === MARK ? NOT_AN_INTEGER : Number.NaN;
  const floored = before <= 0 ? 0 : Number(significant.slice(0, before));
  return sign === '' ? floored : -1 - floored;
}

/** A loop, as the time of `/0+$/` grows with the square of zeros in the middle. */
function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(0, end);
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
