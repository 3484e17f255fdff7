import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_TEXT_LANES, hashBytes, hashText } from './hash.ts';

const hex = (lanes: Uint32Array): string =>
  [...lanes].map((lane) => lane.toString(16).padStart(8, '0')).join('');

test('equals MurmurHash3 x86_128 as the Python package mmh3 computes it', () => {
  const out = new Uint32Array(4);
  hashText('I will not buy this record, it is scratched.', out);
  expect(hex(out)).toBe('a0a9683b25ac5e40d9af2895890dddf5');
  hashText('The quick brown fox jumps over the lazy dog', out);
  expect(hex(out)).toBe('2f1583c3ecee2c675d7bf66ce5e91d2c');
});

test('no text hashes to the null id', () => {
  const out = new Uint32Array(4);
  hashText('', out);
  expect([...out]).toEqual(EMPTY_TEXT_LANES);
});

test('a slice of a larger buffer hashes as the text alone', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ maxLength: 20 }), (body, padding) => {
      const alone = new Uint32Array(4);
      const inside = new Uint32Array(4);
      hashBytes(new DataView(body.buffer, body.byteOffset, body.length), 0, body.length, alone);
      const buffer = Uint8Array.from([...padding, ...body, ...padding]);
      hashBytes(new DataView(buffer.buffer), padding.length, padding.length + body.length, inside);
      expect(hex(inside)).toBe(hex(alone));
    }),
  );
});

test('ids of one shape have distinct 64-bit hashes', () => {
  const seen = new Set<number>();
  const out = new Uint32Array(4);
  let collisions = 0;
  for (let i = 0; i < 300_000; i++) {
    hashText(`order-${i}`, out);
    const key = (out[0] ?? 0) * 2 ** 21 + ((out[1] ?? 0) >>> 11);
    if (seen.has(key)) collisions++;
    seen.add(key);
  }
  expect(collisions).toBe(0);
});
