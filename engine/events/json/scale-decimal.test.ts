import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FLOOR, type FractionRule, MARK, NOT_AN_INTEGER, REFUSE, scaleDecimal } from './scale-decimal.ts';

const scaled = (text: string, exponent: number, rule: FractionRule): number => {
  const bytes = Buffer.from(`>${text}<`);
  return scaleDecimal(bytes, 1, bytes.length - 1, exponent, rule);
};

test.each([
  ['12.1', 2, 1210],
  ['0.29', 2, 29],
  ['1.15', 2, 115],
  ['4.35', 2, 435],
  ['-0.07', 2, -7],
  ['12.100', 2, 1210],
  ['1e2', 2, 10_000],
  ['123E-2', 2, 123],
  ['1.0e+3', 0, 1000],
  ['0.00', 0, 0],
  ['-0', 0, 0],
  ['0e99999999999999999999', 2, 0],
  ['90071992547409.91', 2, Number.MAX_SAFE_INTEGER],
  ['1e999999999999999999999', 0, Number.MAX_VALUE],
  ['-1e400', 0, -Number.MAX_VALUE],
])('%s times 10^%s is %s', (text, exponent, expected) => {
  for (const rule of [MARK, FLOOR, REFUSE] as const) expect(scaled(text, exponent, rule)).toBe(expected);
});

test.each([
  ['12.345', 2, 1234],
  ['-0.001', 2, -1],
  ['-12.345', 2, -1235],
  ['0.99999999999999999999', 0, 0],
  ['-1e-400', 0, -1],
  ['1699999999999999999', -6, 1_699_999_999_999],
  ['999999999999999.999', 0, 999_999_999_999_999],
])('%s times 10^%s has a fraction: marked, floored to %s or refused', (text, exponent, floor) => {
  expect(scaled(text, exponent, MARK)).toBe(NOT_AN_INTEGER);
  expect(scaled(text, exponent, FLOOR)).toBe(floor);
  expect(scaled(text, exponent, REFUSE)).toBeNaN();
});

test('any decimal within ±2^53 is exact, as integers of BigInt have it', () => {
  const digits = fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n });
  fc.assert(
    fc.property(digits, fc.nat(20), fc.integer({ min: -6, max: 4 }), (unscaled, places, exponent) => {
      const text = `${unscaled < 0n ? '-' : ''}${String(unscaled < 0n ? -unscaled : unscaled).padStart(places + 1, '0')}`;
      const point = text.length - places;
      const decimal = places === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`;
      const shifted = unscaled * 10n ** BigInt(exponent + 6);
      const unit = 10n ** BigInt(places + 6);
      const floor = shifted / unit - (shifted % unit < 0n ? 1n : 0n);
      expect(scaled(decimal, exponent, FLOOR)).toBe(Number(floor));
      expect(scaled(decimal, exponent, MARK)).toBe(shifted % unit === 0n ? Number(floor) : NOT_AN_INTEGER);
    }),
    { numRuns: 2_000 },
  );
});

test('a number of a million digits takes no longer than its length', () => {
  const zeros = '0'.repeat(1_000_000);
  expect(scaled(`1${zeros}1`, 0, MARK)).toBe(Number.MAX_VALUE);
  expect(scaled(`0.${zeros}1e1000001`, 0, MARK)).toBe(1);
  expect(scaled(`7.${zeros}`, 0, MARK)).toBe(7);
});
