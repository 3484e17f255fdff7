import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeNumbers } from './decode-numbers.ts';
import type { Reading } from './stored-column.ts';

function decode(reading: Reading, bytes: Uint8Array, count: number): number[] {
  const out = new Float64Array(count);
  decodeNumbers({ reading, bytes, count, out, at: 0 });
  return [...out];
}

/** Bytes at an odd address, as they may lie within a page. */
function unaligned(bytes: Uint8Array): Uint8Array {
  const moved = new Uint8Array(bytes.length + 1);
  moved.set(bytes, 1);
  return moved.subarray(1);
}

const floorDivide = (value: bigint, divisor: bigint): bigint =>
  value / divisor - (value % divisor < 0n ? 1n : 0n);

it('makes timestamps of any unit the milliseconds that BigInts give, before 1970 as well', () => {
  const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const near = fc.tuple(fc.integer({ min: -2e12, max: 4e12 }), fc.constantFrom(-1n, 0n, 1n));
  for (const unitsPerMs of [1, 1000, 1_000_000] as const) {
    const unit = BigInt(unitsPerMs);
    const edges = near.map(([ms, by]) => BigInt(ms) * unit + by);
    const property = fc.property(fc.array(fc.oneof(int64, edges), { maxLength: 50 }), (values) => {
      const bytes = unaligned(new Uint8Array(BigInt64Array.from(values).buffer));
      const expected = values.map((value) => Number(floorDivide(value, unit)));
      expect(decode({ as: 'timestamp', unitsPerMs }, bytes, values.length)).toEqual(expected);
    });
    fc.assert(property);
  }
});

it('gives 64-bit integers exactly, and past 2^53 the nearest number', () => {
  const property = fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n })), (values) => {
    const words = BigInt64Array.from(values, (value) => BigInt.asIntN(64, value));
    const bytes = unaligned(new Uint8Array(words.buffer));
    const signed = values.map((value) => Number(BigInt.asIntN(64, value)));
    const unsigned = values.map((value) => Number(BigInt.asUintN(64, value)));
    expect(decode({ as: 'integer', bits: 64, signed: true }, bytes, values.length)).toEqual(signed);
    expect(decode({ as: 'integer', bits: 64, signed: false }, bytes, values.length)).toEqual(unsigned);
  });
  fc.assert(property);
});

it.each([
  [8, true, [-128, 127], [-129, 128]],
  [8, false, [0, 255], [256, -1]],
  [16, true, [-32_768, 32_767], [-32_769, 7_406_568]],
  [16, false, [0, 65_535], [65_536, -1]],
] as const)(
  'gives integers of %i bits (signed: %s), and refuses any that has more',
  (bits, signed, good, bad) => {
    const reading = { as: 'integer', bits, signed } as const;
    const bytesOf = (values: readonly number[]) => unaligned(new Uint8Array(Int32Array.from(values).buffer));
    expect(decode(reading, bytesOf(good), 2)).toEqual(good);
    for (const value of bad)
      expect(() => decode(reading, bytesOf([...good, value]), 3)).toThrow(
        `a value has more than ${bits} bits`,
      );
  },
);

it('reads 96-bit timestamps: nanoseconds of the day, then the Julian day', () => {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, 3_723_000_999_999n, true);
  view.setInt32(8, 2_440_588 + 20_000, true);
  view.setBigInt64(12, 0n, true);
  view.setInt32(20, 2_440_587, true);
  expect(decode({ as: 'int96' }, bytes, 2)).toEqual([Date.UTC(2024, 9, 4, 1, 2, 3), -86_400_000]);
});

it('refuses a page that holds fewer bytes than its count says', () => {
  const reading = { as: 'integer', bits: 64, signed: true } as const;
  expect(() => decode(reading, new Uint8Array(15), 2)).toThrow('values end after 15 of 16 bytes');
});
