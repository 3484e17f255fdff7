import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIdentity, encodeIdentity, MAX_VARINT_BYTES } from './identity-codec.ts';

function setOf(ids: readonly bigint[]): { hi: Uint32Array; lo: Uint32Array } {
  const sorted = [...new Set(ids)].sort((a, b) => (a < b ? -1 : 1));
  return {
    hi: Uint32Array.from(sorted, (id) => Number(id >> 32n)),
    lo: Uint32Array.from(sorted, (id) => Number(id & 0xffff_ffffn)),
  };
}

/** Entries from … to−1 as one set, packed in as many goes. */
function packed(set: { hi: Uint32Array; lo: Uint32Array }, from: number, to: number, goes = 1): Uint8Array {
  const into = new Uint8Array((to - from) * MAX_VARINT_BYTES);
  let at = 0;
  for (let go = 0; go < goes; go++) {
    const [first, last] = [go, go + 1].map((n) => from + Math.floor((n * (to - from)) / goes));
    const range = { from: first ?? from, to: last ?? to };
    at = encodeIdentity({ identity: set, ...range, isFirst: range.from === from, into, at });
  }
  return into.subarray(0, at);
}

describe('identity codec', () => {
  it('gives back every set of 64-bit ids', () => {
    const edge = fc.constantFrom(0n, 1n, 127n, 128n, 0xffff_ffffn, 1n << 32n, (1n << 63n) - 1n, 1n << 63n);
    const id = fc.oneof(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), edge, fc.constant((1n << 64n) - 1n));
    fc.assert(
      fc.property(fc.array(id, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (ids, goes) => {
        const set = setOf(ids);
        const { length } = set.hi;
        expect(decodeIdentity(packed(set, 0, length, goes), length)).toEqual(set);
      }),
    );
  });

  it('packs one range out of larger arrays', () => {
    const { hi, lo } = setOf([5n, 1n << 40n, (1n << 40n) + 3n, 1n << 50n]);
    const middle = decodeIdentity(packed({ hi, lo }, 1, 3), 2);
    expect(middle).toEqual({ hi: hi.slice(1, 3), lo: lo.slice(1, 3) });
  });

  it('takes fewer bytes than the ids themselves', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => BigInt(i) * 1_844_674_407_370_955n);
    expect(packed(setOf(ids), 0, ids.length).length).toBeLessThanOrEqual(10_000 * 8);
  });

  it('refuses bytes that hold fewer, more or longer numbers, by name', () => {
    const bytes = packed(setOf([1n, 300n, 1n << 60n]), 0, 3);
    expect(() => decodeIdentity(bytes.slice(0, -1), 3)).toThrow(/ends after 2 of 3 ids/);
    expect(() => decodeIdentity(bytes, 2)).toThrow(/after its 2 ids/);
    expect(() => decodeIdentity(new Uint8Array(11).fill(255), 1)).toThrow(/more than 64 bits/);
  });
});
