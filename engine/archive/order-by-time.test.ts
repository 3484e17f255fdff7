import fc from 'fast-check';
import { expect, it } from 'vitest';
import { orderByTime } from './order-by-time.ts';

it('orders rows by time, equal times as they came, nulls last', () => {
  const time = fc.oneof(
    fc.integer({ min: 0, max: 20 }),
    fc.maxSafeInteger(),
    fc.constant(Number.NaN),
    fc.integer({ min: 1_795_000_000_000, max: 1_795_086_400_000 }),
  );
  const times = fc.oneof(
    fc.array(time, { maxLength: 60 }),
    fc.array(fc.integer({ min: 0, max: 86_400_000 }), { maxLength: 300 }),
    fc.array(fc.constant(Number.NaN), { maxLength: 5 }),
  );
  fc.assert(
    fc.property(times, (given) => {
      const at = (row: number): number => {
        const value = given[row] ?? Number.NaN;
        return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
      };
      const expected = given.map((_, row) => row).sort((a, b) => (at(a) === at(b) ? a - b : at(a) - at(b)));
      expect([...orderByTime(Float64Array.from(given), given.length)]).toEqual(expected);
    }),
  );
});
