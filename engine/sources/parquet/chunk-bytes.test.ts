import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createChunkBytes, withOneRead } from './chunk-bytes.ts';

const BYTES = Uint8Array.from({ length: 500 }, (_, i) => i & 0xff);

/** A file whose reads are counted and must lie within it. */
function countingFile() {
  const reads: [number, number][] = [];
  return {
    reads,
    read: async (offset: number, length: number) => {
      expect(offset + length).toBeLessThanOrEqual(BYTES.length);
      reads.push([offset, length]);
      return BYTES.slice(offset, offset + length);
    },
  };
}

it('gives the bytes of the chunk wherever they are asked for, whatever the size of its pieces', async () => {
  const takes = fc.array(fc.tuple(fc.nat(60), fc.nat(200)), { maxLength: 30 });
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 500 }),
    fc.boolean(),
    takes,
    async (size, early, asked) => {
      const chunk = createChunkBytes({ file: countingFile(), start: 20, length: 450, pieceBytes: size });
      if (early) chunk.prefetch();
      let at = 0;
      for (const [step, length] of asked) {
        at = Math.min(449, at + step);
        expect(await chunk.take(at, length)).toEqual(BYTES.slice(20 + at, Math.min(470, 20 + at + length)));
      }
    },
  );
  await fc.assert(property);
});

it('reads a small chunk once, a large one a piece at a time', async () => {
  const file = countingFile();
  const small = createChunkBytes({ file, start: 0, length: 100 });
  small.prefetch();
  for (let at = 0; at < 100; at += 10) await small.take(at, 10);
  const large = createChunkBytes({ file, start: 100, length: 100, pieceBytes: 40 });
  for (let at = 0; at < 100; at += 10) await large.take(at, 10);
  expect(file.reads).toEqual([
    [0, 100],
    [100, 40],
    [140, 40],
    [180, 20],
  ]);
});

it('reads small chunks that lie together in one read, others one by one', async () => {
  const together = countingFile();
  const near = [
    { start: 10, length: 20 },
    { start: 40, length: 30 },
  ];
  const source = withOneRead(together, near);
  for (const { start, length } of near)
    expect(await source.read(start, length)).toEqual(BYTES.slice(start, start + length));
  expect(together.reads).toEqual([[10, 60]]);
  const apart = countingFile();
  const far = [
    { start: 0, length: 20 },
    { start: 400, length: 30 },
  ];
  for (const { start, length } of far) await withOneRead(apart, far).read(start, length);
  expect(apart.reads).toEqual([
    [0, 20],
    [400, 30],
  ]);
});
