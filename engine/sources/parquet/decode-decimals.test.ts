import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeDecimals, NOT_AN_INTEGER } from './decode-decimals.ts';
import type { DecimalReading } from './stored-column.ts';

/** Two's complement of `length` bytes, the highest first. */
function bigEndian(value: bigint, length: number): number[] {
  const bytes: number[] = [];
  for (let i = length - 1; i >= 0; i--) bytes.push(Number((value >> BigInt(8 * i)) & 0xffn));
  return bytes;
}

function plainOf(values: readonly bigint[], { stored, length }: DecimalReading): Uint8Array {
  if (stored === 'words' && length === 4) return new Uint8Array(Int32Array.from(values.map(Number)).buffer);
  if (stored === 'words') return new Uint8Array(BigInt64Array.from(values).buffer);
  if (stored === 'fixed') return Uint8Array.from(values.flatMap((value) => bigEndian(value, length)));
  return Uint8Array.from(
    values.flatMap((value, i) => [17 + (i % 3), 0, 0, 0, ...bigEndian(value, 17 + (i % 3))]),
  );
}

const FORMS = [
  { stored: 'words', length: 4, bits: 32 },
  { stored: 'words', length: 8, bits: 64 },
  { stored: 'fixed', length: 5, bits: 40 },
  { stored: 'fixed', length: 16, bits: 128 },
  { stored: 'binary', length: 0, bits: 128 },
] as const;

it('decimals are the integers that they equal, or no integer, in every form and scale', () => {
  const property = fc.property(
    fc.constantFrom(...FORMS),
    fc.nat(18),
    fc.array(fc.tuple(fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n }), fc.nat(127), fc.boolean()), {
      maxLength: 30,
    }),
    ({ stored, length, bits }, scale, raw) => {
      const unit = 10n ** BigInt(scale);
      const values = raw.map(([value, shift, isWhole]) => {
        const small = BigInt.asIntN(bits, value) >> BigInt(shift % bits);
        return isWhole ? small - (small % unit) : small;
      });
      const reading: DecimalReading = { as: 'decimal', stored, length, scale };
      const out = new Float64Array(values.length);
      decodeDecimals({ reading, bytes: plainOf(values, reading), count: values.length, out, at: 0 });
      const expected = values.map((value) => (value % unit === 0n ? Number(value / unit) : NOT_AN_INTEGER));
      expect([...out]).toEqual(expected);
    },
  );
  fc.assert(property, { numRuns: 500 });
});

it('says where values end early or a length makes no sense', () => {
  const decode = (reading: DecimalReading, bytes: Uint8Array) => () =>
    decodeDecimals({ reading, bytes, count: 1, out: new Float64Array(1), at: 0 });
  expect(decode({ as: 'decimal', stored: 'fixed', length: 16, scale: 0 }, new Uint8Array(15))).toThrow(
    'values end after 15 of 16',
  );
  expect(decode({ as: 'decimal', stored: 'binary', length: 0, scale: 0 }, new Uint8Array(3))).toThrow(
    'end early',
  );
  expect(decode({ as: 'decimal', stored: 'binary', length: 0, scale: 0 }, new Uint8Array(8))).toThrow(
    'a decimal of 0 bytes',
  );
});
