import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMaskGroups, groupByMask } from './group-by-mask.ts';

test('each row stands once, in its order, in the group of its mask', () => {
  const mask = fc.oneof(fc.nat(3), fc.integer());
  fc.assert(
    fc.property(fc.array(mask, { maxLength: 300 }), fc.nat(5), (masks, skipped) => {
      const groups = createMaskGroups(masks.length);
      const rows = masks.map((_, row) => row).filter((row) => row % 6 !== skipped);
      // Twice, as a batch finds what the one before it left.
      for (let round = 0; round < 2; round++) {
        groupByMask(Int32Array.from(masks), Int32Array.from(rows), rows.length, groups);
      }
      const expected = new Map<number, number[]>();
      for (const row of rows) expected.set(masks[row] ?? 0, [...(expected.get(masks[row] ?? 0) ?? []), row]);
      const found = groups.masks.map((each, group): [number, number[]] => [
        each,
        [...groups.rows.subarray(groups.starts[group], groups.starts[group + 1])],
      ]);
      expect(found).toEqual([...expected]);
    }),
  );
});
