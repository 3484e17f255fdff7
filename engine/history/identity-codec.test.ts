import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIdentity, encodeIdentity } from './identity-codec.ts';

function setOf(ids: readonly bigint[]): { hi: Uint32Array; lo: Uint32Array } {
  const sorted = [...new Set(ids)].sort((a, b) => (a < b ? -1 : 1));
  return {
    hi: Uint32Array.from(sorted, (id) => Number(id >> 32n)),
    lo: Uint32Array.from(sorted, (id) => Number(id & 0xffff_ffffn)),
  };
}

describe('identity codec', () => {
  it('gives back every set of 64-bit ids', () => {
    const edge = fc.constantFrom(0n, 1n, 127n, 128n, 0xffff_ffffn, 1n << 32n, (1n << 63n) - 1n, 1n << 63n);
    const id = fc.oneof(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), edge, fc.constant((1n << 64n) - 1n));
    fc.assert(
      fc.property(fc.array(id, { maxLength: 200 }), (ids) => {
        const { hi, lo } = setOf(ids);
        expect(decodeIdentity(encodeIdentity(hi, lo, 0, hi.length), hi.length)).toEqual({ hi, lo });
      }),
    );
  });

  it('packs one range out of larger arrays', () => {
    const { hi, lo } = setOf([5n, 1n << 40n, (1n << 40n) + 3n, 1n << 50n]);
    const middle = decodeIdentity(encodeIdentity(hi, lo, 1, 3), 2);
    expect(middle).toEqual({ hi: hi.slice(1, 3), lo: lo.slice(1, 3) });
  });

  it('takes fewer bytes than the ids themselves', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => BigInt(i) * 1_844_674_407_370_955n);
    const { hi, lo } = setOf(ids);
    expect(encodeIdentity(hi, lo, 0, hi.length).length).toBeLessThanOrEqual(10_000 * 8);
  });

  it('refuses bytes that hold fewer, more or longer numbers, by name', () => {
    const { hi, lo } = setOf([1n, 300n, 1n << 60n]);
    const bytes = encodeIdentity(hi, lo, 0, 3);
    expect(() => decodeIdentity(bytes.slice(0, -1), 3)).toThrow(/ends after 2 of 3 ids/);
    expect(() => decodeIdentity(bytes, 2)).toThrow(/after its 2 ids/);
    expect(() => decodeIdentity(new Uint8Array(11).fill(255), 1)).toThrow(/more than 64 bits/);
  });
});
