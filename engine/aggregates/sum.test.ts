import { expect, test } from 'vitest';
import { sum } from './sum.ts';

const place = { rollup: 'country', metric: 'gmv' };

test('a sum is exact up to 2^53 − 1 and refuses the next integer by rollup and metric', () => {
  expect(sum.add(Number.MAX_SAFE_INTEGER - 1, 1, place)).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => sum.merge(Number.MAX_SAFE_INTEGER, 1, place)).toThrow(/gmv in rollup country/);
  expect(() => sum.retract(-Number.MAX_SAFE_INTEGER, 1, place)).toThrow(/2\^53/);
});

test('retracting a value undoes its addition', () => {
  expect(sum.retract(sum.add(40, 2, place), 2, place)).toBe(40);
});
