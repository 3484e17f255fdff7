import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sum } from '../../engine/aggregates/sum.ts';
import {
  countUnion,
  type Identity,
  type IdentityRange,
  unionIdentity,
} from '../../engine/aggregates/union-identity.ts';
import { addCounts, type Counts, zeroCounts } from '../../engine/events/counts.ts';
import type { Key } from '../../engine/figures/day-figures.ts';
import { type MergedTotals, mergeTotals } from '../../engine/store/query/merge-totals.ts';
import { shuffled } from '../builders.ts';
import { namedFigures, namedIdentity } from '../named-figures.ts';
import { generateDays, recipes } from './generated-days.ts';
import { cases, expectSame } from './law.ts';
import { replayDays } from './run-pipeline.ts';

const place = { rollup: 'total', metric: 'gmv' };

describe('sums', () => {
  const exact = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
  const merge = (a: number, b: number): number => sum.merge(a, b, place);

  it('merge associatively and commutatively, zero changes nothing, and merging adds up what was added', () => {
    fc.assert(
      fc.property(exact, exact, exact, (a, b, c) => {
        expect(merge(merge(a, b), c)).toBe(merge(a, merge(b, c)));
        expect(merge(a, b)).toBe(merge(b, a));
        expect(merge(sum.zero, a)).toBe(a);
        expect(merge(sum.add(sum.zero, a, place), sum.add(sum.zero, b, place))).toBe(sum.add(a, b, place));
      }),
      cases(1000),
    );
  });

  it('forget what is retracted, in any order of additions and retractions, the retraction first among them', () => {
    const values = fc.array(fc.tuple(fc.integer({ min: 0, max: 1e13 }), fc.boolean()), { maxLength: 20 });
    fc.assert(
      fc.property(values, fc.nat(), (drawn, seed) => {
        const steps = drawn.flatMap(([value, goes]) => (goes ? [value, -value] : [value]));
        const step = (total: number, value: number): number =>
          value < 0 ? sum.retract(total, -value, place) : sum.add(total, value, place);
        const kept = drawn.filter(([, goes]) => !goes).map(([value]) => value);
        const expected = kept.reduce((a, b) => a + b, 0);
        expect(shuffled(steps, seed).reduce(step, sum.zero)).toBe(expected);
        expect([...steps].sort((a, b) => a - b).reduce(step, sum.zero)).toBe(expected);
      }),
      cases(1000),
    );
  });

  it('refuse to pass 2^53 in every order or in none, where no value is negative', () => {
    const large = fc.array(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), { maxLength: 5 });
    const outcome = (values: readonly number[]): number | string => {
      try {
        return values.reduce(merge, sum.zero);
      } catch {
        return 'refused';
      }
    };
    fc.assert(
      fc.property(large, fc.nat(), (values, seed) => {
        expect(outcome(shuffled(values, seed))).toBe(outcome(values));
      }),
      cases(500),
    );
  });
});

describe('sets of ids', () => {
  const word = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0xffff_fffa, max: 0xffff_ffff }));
  const set = fc.uniqueArray(fc.tuple(word, word), { maxLength: 30, selector: ([hi, lo]) => `${hi}:${lo}` });
  const rangeOf = ({ hi, lo }: Identity): IdentityRange => ({ hi, lo, start: 0, end: hi.length });
  const identityOf = (ids: readonly (readonly [number, number])[]): IdentityRange => {
    const sorted = [...ids].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const [hi, lo] = [sorted.map((id) => id[0]), sorted.map((id) => id[1])];
    return rangeOf({ hi: Uint32Array.from(hi), lo: Uint32Array.from(lo) });
  };
  const union = (...sets: IdentityRange[]): IdentityRange => rangeOf(unionIdentity(sets));

  it('unite associatively and commutatively; the empty set changes nothing, nor does a set again', () => {
    fc.assert(
      fc.property(set, set, set, (x, y, z) => {
        const [a, b, c] = [identityOf(x), identityOf(y), identityOf(z)];
        expectSame(union(union(a, b), c), union(a, union(b, c)));
        expectSame(union(a, b), union(b, a));
        expectSame(union(identityOf([]), a), a);
        expectSame(union(a, a), a);
        const counted = union(a, b, c).end;
        for (const sets of [
          [a, b, c],
          [c, a, b],
          [union(b, c), a],
          [a, b, c, a],
        ])
          expect(countUnion(sets)).toBe(counted);
      }),
      cases(400),
    );
  });
});

describe('counts of rows and totals by key', () => {
  const number = fc.nat(1000);
  const counts: fc.Arbitrary<Counts> = fc.record({
    rows: number,
    applied: number,
    duplicates: number,
    conflicts: number,
    late: number,
    rejected: number,
    rejectedBy: fc.dictionary(fc.constantFrom('future', 'currency', 'null:line'), number),
  });
  const plus = (...all: Counts[]): Counts => {
    const into = zeroCounts();
    for (const each of all) addCounts(into, each);
    return into;
  };
  const key: fc.Arbitrary<Key> = fc.option(fc.constantFrom('a', 'b', 'c', '', 'null'));
  const totals = fc
    .uniqueArray(key)
    .chain((keys) =>
      fc
        .array(number, { minLength: keys.length, maxLength: keys.length })
        .map((values): MergedTotals => ({ keys, additive: new Map([['gmv', Float64Array.from(values)]]) })),
    );
  const told = ({ keys, additive }: MergedTotals): unknown =>
    keys.map((name, i) => [String(name), name, additive.get('gmv')?.[i]]).sort();

  it('merge associatively and commutatively, and nothing changes nothing', () => {
    const merge = (...days: MergedTotals[]): MergedTotals => mergeTotals(days, ['gmv']);
    fc.assert(
      fc.property(counts, counts, counts, totals, totals, totals, (a, b, c, x, y, z) => {
        expect(plus(plus(a, b), c)).toEqual(plus(a, plus(b, c)));
        expect(plus(a, b)).toEqual(plus(b, a));
        expect(plus(zeroCounts(), a)).toEqual(a);
        expect(told(merge(merge(x, y), z))).toEqual(told(merge(x, merge(y, z))));
        expect(told(merge(x, y))).toEqual(told(merge(y, x)));
        expect(told(merge(x, { keys: [], additive: new Map([['gmv', new Float64Array(0)]]) }))).toEqual(
          told(x),
        );
      }),
      cases(300),
    );
  });
});

describe('a day in two parts', () => {
  /** Adds up cells and unites identity; cells are told as `metric value, …`. */
  const merged = (parts: readonly ReturnType<typeof replayDays>[]) => {
    const cells = new Map<string, Map<string, number>>();
    const ids = new Map<string, Set<string>>();
    for (const { days } of parts) {
      for (const [name, figure] of Object.entries(namedFigures(days))) {
        if (!/ \d+$/.test(name) || /^\d+$/.test(figure)) continue;
        const cell = cells.get(name) ?? new Map<string, number>();
        for (const value of figure.split(', ')) {
          const [metric = '', number = ''] = value.split(' ');
          cell.set(metric, (cell.get(metric) ?? 0) + Number(number));
        }
        cells.set(name, cell);
      }
      for (const [name, found] of Object.entries(namedIdentity(days))) {
        ids.set(name, new Set([...(ids.get(name) ?? []), ...found]));
      }
    }
    return { cells, ids };
  };

  it('is the whole day again: its sums by addition, its distinct counts by the union of who was counted', () => {
    const CUT = { sizes: [20], partitions: 1 };
    const plain = recipes({ duplicates: 0, conflicts: 0, broken: 0 });
    fc.assert(
      fc.property(plain, fc.integer({ min: 2, max: 4 }), (recipe, parts) => {
        const world = generateDays(recipe);
        const whole = replayDays(world, world.deliveries, CUT);
        const split = Array.from({ length: parts }, (_, part) =>
          replayDays(
            world,
            world.deliveries.filter((_event, i) => i % parts === part),
            CUT,
          ),
        );
        expectSame(merged(split), merged([whole]));
        for (const { rollups } of whole.days) {
          for (const { keys, distinct } of rollups) {
            for (const { daily, identity } of distinct) {
              if (!identity) continue;
              const sizes = keys.map((_, i) => (identity.offsets[i + 1] ?? 0) - (identity.offsets[i] ?? 0));
              for (const [i, at] of daily.key.entries()) expect(sizes[at]).toBe(daily.count[i]);
            }
          }
        }
      }),
      cases(80),
    );
  });
});
