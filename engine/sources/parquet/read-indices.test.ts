import { expect, it } from 'vitest';
import { readIndices } from './read-indices.ts';

const read = (bytes: readonly number[], rows: number, size = 1): number[] => {
  const out = new Int32Array(rows).fill(9);
  readIndices({ bytes: Uint8Array.from(bytes), out, size });
  return [...out];
};

it('indices of no bits are zeros, whether runs tell how many or nothing does', () => {
  expect(read([0], 3)).toEqual([0, 0, 0]);
  expect(read([0, 3 << 1], 3)).toEqual([0, 0, 0]);
  expect(read([0, (1 << 1) | 1], 3)).toEqual([0, 0, 0]);
});

it('a width of zero in front of runs that are too short is damage, not zeros', () => {
  expect(() => read([0, 2 << 1], 3, 4)).toThrow(/indices end after 2 of 3/);
  expect(() => read([0, 0, 0, 0, 0, 0], 3, 4)).toThrow(/indices end after 0 of 3/);
});
