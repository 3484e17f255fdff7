import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LentArray, type Sieve } from '../state/lent-array.ts';
import { createGatheringWriter } from './gathering-writer.ts';
import { piecesOf } from './pieces-of.ts';

type Given = Uint8Array | Int32Array | Float64Array;

const TYPES = { Uint8Array, Int32Array, Float64Array };
/** A page of the widest elements, and what may stay when a buffer was written. */
const LEAST = 2_048 + 8;
const BUFFERS = [LEAST, 4_096, 10_000];

/** Leaves odd elements. */
function oddOf(array: Given): Sieve<Given> {
  return {
    length: array.filter((value) => value % 2 === 1).length,
    pick(part, length) {
      const left = part.subarray(0, length).filter((value) => value % 2 === 1);
      part.set(left);
      return left.length;
    },
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Given) => Buffer.from(buffer, byteOffset, byteLength);

it('writes what it is given in order, each at a multiple of 8 with its checksum, whatever goes together', async () => {
  const things = fc.array(
    fc.record({
      type: fc.constantFrom('Uint8Array', 'Int32Array', 'Float64Array'),
      as: fc.constantFrom('plain', 'lent', 'sieved'),
      length: fc.oneof(fc.nat(20), fc.nat(3_000)),
      seed: fc.nat(255),
    }),
    { maxLength: 12 },
  );
  const property = fc.asyncProperty(things, fc.constantFrom(...BUFFERS), async (list, bufferBytes) => {
    const written: Buffer[] = [];
    const out = createGatheringWriter(async (bytes) => void written.push(Buffer.from(bytes)), bufferBytes);
    const expected: Buffer[] = [];
    for (const { type, as, length, seed } of list) {
      const array: Given = new TYPES[type](length);
      for (let i = 0; i < length; i++) array[i] = (seed + i * i) % 251;
      const given =
        as === 'plain'
          ? array
          : new LentArray<Given>(array, length, as === 'sieved' ? oddOf(array) : undefined);
      const bytes = bytesOf(as === 'sieved' ? array.filter((value) => value % 2 === 1) : array);
      expected.push(Buffer.alloc(-Buffer.concat(expected).length & 7), bytes);
      expect(await out.add(piecesOf(given))).toBe(crc32(bytes));
    }
    expect(await out.finish()).toBe(Buffer.concat(expected).length);
    expect(Buffer.concat(written).equals(Buffer.concat(expected))).toBe(true);
    const total = Buffer.concat(expected).length;
    if (total <= bufferBytes - LEAST) expect(written.length).toBe(1);
  });
  await fc.assert(property, { numRuns: 300 });
});
