import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countUnion, type IdentityRange, unionIdentity } from './union-identity.ts';

const id = fc.tuple(
  fc.constantFrom(0, 1, 7, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
  fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0x8000_0000, max: 0xffff_ffff })),
);

/** Lays the set between strangers, as in a day's arrays that hold many keys. */
function rangeOf(ids: readonly (readonly [number, number])[], pad: number): IdentityRange {
  const sorted = [...ids].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const around = new Array<number>(pad).fill(3);
  return {
    hi: Uint32Array.from([...around, ...sorted.map(([hi]) => hi), ...around]),
    lo: Uint32Array.from([...around, ...sorted.map(([, lo]) => lo), ...around]),
    start: pad,
    end: pad + sorted.length,
  };
}

test('a union of any sets holds every id once, in order, and its count says how many', () => {
  const oneSet = fc.uniqueArray(id, { maxLength: 40, selector: ([hi, lo]) => `${hi}:${lo}` });
  fc.assert(
    fc.property(fc.array(oneSet, { maxLength: 9 }), fc.integer({ min: 0, max: 3 }), (sets, pad) => {
      const ranges = sets.map((ids) => rangeOf(ids, pad));
      const byNumber = new Map(sets.flat().map(([hi, lo]) => [`${hi}:${lo}`, [hi, lo] as const]));
      const sorted = [...byNumber.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      const union = unionIdentity(ranges);
      expect([...union.hi].map((hi, i) => [hi, union.lo[i]])).toEqual(sorted);
      expect(countUnion(ranges)).toBe(sorted.length);
    }),
  );
});

test('a union of one set is a copy that outlives its source', () => {
  const source = rangeOf([[5, 9]], 1);
  const union = unionIdentity([source]);
  source.hi.fill(0);
  expect([...union.hi]).toEqual([5]);
});

test.each([
  ['ends past its arrays', { start: 0, end: 3 }],
  ['starts before them', { start: -1, end: 1 }],
  ['ends before it starts', { start: 2, end: 1 }],
  ['has no end', { start: 0, end: Number.NaN }],
  ['ends between entries', { start: 0, end: 1.5 }],
])('a set that %s is refused, not walked for ever', (_what, range) => {
  const sound = rangeOf([[1, 2]], 1);
  const damaged = { hi: Uint32Array.of(1, 4), lo: Uint32Array.of(2, 5), ...range };
  for (const sets of [[damaged], [sound, damaged], [sound, damaged, sound]]) {
    expect(() => countUnion(sets)).toThrow(/set of ids.*damaged/);
    expect(() => unionIdentity(sets)).toThrow(/set of ids.*damaged/);
  }
});
