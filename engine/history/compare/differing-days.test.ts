import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { defaultCatalogue } from '../../definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import type { DayFigures, DistinctFigures, RollupFigures } from '../../figures/day-figures.ts';
import { compilePlan } from '../../plan/compile-plan.ts';
import { figuresOfFacts, sampleFacts } from '../figures-of-facts.ts';
import type { Generation } from '../generations.ts';
import { type CompareBed, openCompareBed } from './compare-bed.ts';
import { differingDays } from './differing-days.ts';

const DAY = '2010-12-01';
const few = defaultCatalogue.rollups.filter(({ name }) =>
  ['total', 'country', 'region', 'category', 'product'].includes(name),
);
const compile = (rollups = few) =>
  compilePlan({
    catalogue: { ...defaultCatalogue, rollups },
    schema: ORDER_SCHEMA,
    timeZone: 'UTC',
    currency: 'CNY',
  });
const plan = compile();
const calendar = createBusinessCalendar('UTC');
const facts = sampleFacts({ calendar, day: DAY, count: 60, amount: 100 });
const figures = figuresOfFacts({ plan, calendar, day: DAY, facts, identity: true });

/** The figures with one rollup changed. */
const withRollup = (name: string, change: (rollup: RollupFigures) => RollupFigures): DayFigures => ({
  ...figures,
  rollups: figures.rollups.map((rollup) => (rollup.rollup === name ? change(rollup) : rollup)),
});
const withDistinct = (
  name: string,
  metric: string,
  change: (distinct: DistinctFigures) => DistinctFigures,
): DayFigures =>
  withRollup(name, (rollup) => ({
    ...rollup,
    distinct: rollup.distinct.map((each) => (each.metric === metric ? change(each) : each)),
  }));
const bumped = <A extends Float64Array | Uint32Array>(values: A, at: number): A => {
  const copy = values.slice() as A;
  copy[at % copy.length]! += 1;
  return copy;
};

describe('days that differ', () => {
  let bed: CompareBed;
  let same: Generation;
  beforeAll(async () => {
    bed = await openCompareBed(plan);
    same = await bed.add(figures);
  });
  afterAll(() => bed.close());

  const differs = async (published: DayFigures, computed: DayFigures): Promise<boolean> => {
    const before = published === figures ? same : await bed.add(published);
    const pair = { day: DAY, published: before, computed: await bed.add(computed) };
    const mirrored = { ...pair, published: pair.computed, computed: pair.published };
    const { connection } = bed;
    const one = (await differingDays({ connection, pairs: [pair] })).has(DAY);
    expect((await differingDays({ connection, pairs: [mirrored] })).has(DAY), 'the other way round').toBe(
      one,
    );
    return one;
  };

  it('are none where the figures are equal, in whatever order keys and rows are, and with zeros written out', async () => {
    expect(await differs(figures, figures)).toBe(false);
    const turned = withRollup('category', (rollup) => {
      const last = rollup.keys.length - 1;
      const flipped = (key: Uint32Array): Uint32Array => key.map((index) => last - index).reverse();
      return {
        ...rollup,
        keys: [...rollup.keys].reverse(),
        cells: {
          ...rollup.cells,
          key: flipped(rollup.cells.key),
          slot: rollup.cells.slot.slice().reverse(),
          values: rollup.cells.values.map((values) => values.slice().reverse()),
        },
        distinct: rollup.distinct.map((each) => ({ ...each, identity: null })),
      };
    });
    expect(turned.rollups).not.toEqual(figures.rollups);
    // Counts and sets stay in the old order of keys, so they are left out of this one.
    const cellsOnly = (given: DayFigures): DayFigures => ({
      ...given,
      rollups: given.rollups.map((rollup) => ({ ...rollup, distinct: [] })),
    });
    expect(await differs(cellsOnly(figures), cellsOnly(turned))).toBe(false);
    const withZeros = withRollup('product', (rollup) => ({
      ...rollup,
      keys: [...rollup.keys, 'nobody bought it'],
      cells: {
        ...rollup.cells,
        key: Uint32Array.from([...rollup.cells.key, rollup.keys.length]),
        slot: Uint16Array.from([...rollup.cells.slot, 23]),
        values: rollup.cells.values.map((values) => Float64Array.from([...values, 0])),
      },
    }));
    expect(await differs(figures, withZeros)).toBe(false);
  });

  it('are found by any cell, count of an hour or day, curve or set of ids, of any rollup', async () => {
    const rollups = plan.rollups.map(({ name }) => name);
    const distinctRollups = plan.rollups
      .filter(({ distinct }) => distinct.length > 0)
      .map(({ name }) => name);
    const change = fc.oneof(
      fc.record({
        kind: fc.constant('cell' as const),
        rollup: fc.constantFrom(...rollups),
        metric: fc.nat(4),
        at: fc.nat(10_000),
      }),
      fc.record({
        kind: fc.constantFrom('hourly' as const, 'daily' as const, 'identity' as const),
        rollup: fc.constantFrom(...distinctRollups),
        metric: fc.nat(3),
        at: fc.nat(10_000),
      }),
      fc.record({
        kind: fc.constant('curve' as const),
        rollup: fc.constant('total'),
        metric: fc.nat(3),
        at: fc.nat(1439),
      }),
    );
    await fc.assert(
      fc.asyncProperty(change, async ({ kind, rollup: name, metric, at }) => {
        const changed = withRollup(name, (rollup) => {
          if (kind === 'cell') {
            const values = rollup.cells.values.map((v, m) => (m === metric ? bumped(v, at) : v));
            return { ...rollup, cells: { ...rollup.cells, values } };
          }
          const distinct = rollup.distinct.map((each, d): DistinctFigures => {
            if (d !== metric) return each;
            const { hourly, daily, newIdsByMinute, identity } = each;
            if (kind === 'hourly') return { ...each, hourly: { ...hourly, count: bumped(hourly.count, at) } };
            if (kind === 'daily') return { ...each, daily: { ...daily, count: bumped(daily.count, at) } };
            if (kind === 'curve') return { ...each, newIdsByMinute: bumped(newIdsByMinute!, at) };
            // The last id, so that the set stays sorted.
            return { ...each, identity: { ...identity!, lo: bumped(identity!.lo, identity!.lo.length - 1) } };
          });
          return { ...rollup, distinct };
        });
        expect(await differs(figures, changed)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('are not those on which only one side keeps a metric, a curve, a set or a rollup', async () => {
    const less = withDistinct('total', 'buyers', (each) => ({ ...each, newIdsByMinute: null }));
    expect(await differs(figures, less)).toBe(false);
    expect(
      await differs(
        figures,
        withDistinct('country', 'buyers', (each) => ({ ...each, identity: null })),
      ),
    ).toBe(false);
    const narrower = compile(
      few
        .filter(({ name }) => name !== 'region')
        .map((rollup) => ({ ...rollup, metrics: rollup.metrics.filter((name) => name !== 'units') })),
    );
    const lesser = figuresOfFacts({ plan: narrower, calendar, day: DAY, facts, identity: true });
    const published = await bed.add(lesser, { plan: narrower });
    const computed = await bed.add(figures);
    const { connection } = bed;
    expect([...(await differingDays({ connection, pairs: [{ day: DAY, published, computed }] }))]).toEqual(
      [],
    );
  });

  it('are not looked for among figures that both sides have of one reading', async () => {
    const { connection } = bed;
    const computed = await bed.add(withRollup('country', (rollup) => ({ ...rollup, distinct: [] })));
    const other = await bed.add({ ...figures, rollups: [] });
    const copied = { ...other, sources: computed.sources };
    const pairs = [{ day: DAY, published: copied, computed }];
    expect([...(await differingDays({ connection, pairs }))]).toEqual([]);
    expect([...(await differingDays({ connection, pairs: [{ ...pairs[0]!, published: other }] }))]).toEqual([
      DAY,
    ]);
  });

  it('are those on which a rollup has another slice or dimension', async () => {
    for (const change of [{ slice: 'hour' as const }, { by: 'channel' }]) {
      const other = compile(
        few.map((rollup) => (rollup.name === 'region' ? { ...rollup, ...change } : rollup)),
      );
      const silent = { ...figures, rollups: [] };
      const published = await bed.add(silent, { plan: other });
      const computed = await bed.add(silent);
      const { connection } = bed;
      const found = await differingDays({ connection, pairs: [{ day: DAY, published, computed }] });
      expect([...found]).toEqual([DAY]);
    }
  });

  it('are told apart among many, beside generations in between that are none of them', async () => {
    const { connection } = bed;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), async (changes) => {
        const pairs = [];
        for (const [i, changed] of changes.entries()) {
          const day = `2010-12-${String(i + 1).padStart(2, '0')}`;
          const published = await bed.add(figures);
          await bed.add({ ...figures, rollups: [] });
          const other = withDistinct('total', 'orders', (each) => ({
            ...each,
            daily: { ...each.daily, count: bumped(each.daily.count, 0) },
          }));
          pairs.push({ day, published, computed: await bed.add(changed ? other : figures) });
        }
        const expected = pairs.filter((_, i) => changes[i]).map(({ day }) => day);
        expect([...(await differingDays({ connection, pairs }))].sort()).toEqual(expected);
      }),
      { numRuns: 3 },
    );
  });
});
