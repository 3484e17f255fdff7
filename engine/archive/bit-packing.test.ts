import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readIndices } from '../sources/parquet/read-indices.ts';
import { bitWidthOf, encodeHybrid, encodeLevels } from './bit-packing.ts';

it('packs values of any width so that the reader finds them, in no more bytes than groups of eight take', () => {
  const drawn = fc
    .integer({ min: 1, max: 24 })
    .chain((width) =>
      fc.tuple(fc.constant(width), fc.array(fc.integer({ min: 0, max: 2 ** width - 1 }), { maxLength: 100 })),
    );
  fc.assert(
    fc.property(drawn, ([width, values]) => {
      const packed = encodeHybrid(Int32Array.from(values), values.length, width);
      const out = new Int32Array(values.length);
      readIndices({ bytes: Uint8Array.of(width, ...packed), out, size: 2 ** width });
      expect([...out]).toEqual(values);
      expect(packed.length).toBeLessThanOrEqual(1 + Math.ceil(values.length / 8) * width + 3);
    }),
    { numRuns: 500 },
  );
});

it('levels of rows that all have a value are one run, others are bits', () => {
  expect([...encodeLevels(Uint8Array.of(1, 1, 1), 3, 3)]).toEqual([3 * 2, 1]);
  expect([...encodeLevels(Uint8Array.of(1, 0, 1), 3, 2)]).toEqual([1 * 2 + 1, 0b101]);
  expect(bitWidthOf(4095)).toBe(12);
});
