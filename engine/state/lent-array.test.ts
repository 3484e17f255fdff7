import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Lanes } from './grow.ts';
import { LentArray } from './lent-array.ts';

/** A write of `length` elements at `at`, or a read of so many pages. */
const step = fc.oneof(
  fc.record({ at: fc.nat(2999), length: fc.integer({ min: 1, max: 600 }) }),
  fc.record({ pages: fc.integer({ min: 1, max: 4 }) }),
);
const KINDS = [Uint8Array, Uint16Array, Int32Array, Uint32Array, Float64Array];

test('what is read is what there was when it was lent, whatever its owner has changed since', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...KINDS),
      fc.nat(2500),
      fc.array(step, { maxLength: 40 }),
      (Kind, length, steps) => {
        const array: Lanes = new Kind(3000);
        for (let at = 0; at < array.length; at++) array[at] = at % 251;
        const expected = array.slice(0, length);
        const lent = new LentArray<Lanes>(array, length);
        const read: number[] = [];
        const take = (pages: number): number => {
          const part = lent.empty(pages * 256);
          const taken = lent.read(part);
          read.push(...part.subarray(0, taken));
          return taken;
        };
        for (const next of steps) {
          if ('pages' in next) take(next.pages);
          else {
            const end = Math.min(next.at + next.length, array.length);
            lent.keep(next.at, end);
            for (let at = next.at; at < end; at++) array[at] = 255;
          }
        }
        while (take(1) > 0);
        expect(read).toEqual([...expected]);
      },
    ),
    { numRuns: 300 },
  );
});
