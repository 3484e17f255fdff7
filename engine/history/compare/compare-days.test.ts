import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { defaultCatalogue } from '../../definitions/catalogue.ts';
import { zeroCounts } from '../../events/counts.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { compilePlan } from '../../plan/compile-plan.ts';
import type { Cause } from '../../protocol/comparison.ts';
import { type Fact, figuresOfFacts, sampleFacts } from '../figures-of-facts.ts';
import { type CompareBed, openCompareBed } from './compare-bed.ts';
import { compareDays, outdatedDays } from './compare-days.ts';
import type { ComparedPair } from './compared-pair.ts';

const { metrics, dimensions, rollups } = defaultCatalogue;
const compile = (catalogue = defaultCatalogue) =>
  compilePlan({ catalogue, schema: ORDER_SCHEMA, timeZone: 'UTC', currency: 'CNY' });
const few = rollups.filter(({ name }) => ['total', 'category', 'merchant'].includes(name));
const plan = compile({ metrics, dimensions, rollups: few });
const withoutUnits = few.map((rollup) => ({
  ...rollup,
  metrics: rollup.metrics.filter((name) => name !== 'units'),
}));
const olderPlan = compile({ metrics, dimensions, rollups: withoutUnits });
const calendar = createBusinessCalendar('UTC');
const DAYS = ['2010-12-01', '2010-12-02', '2010-12-03'];
const factsOf = (day: string, count: number, amount = 100): Fact[] =>
  sampleFacts({ calendar, day, count, amount });
const figuresOf = (day: string, facts: readonly Fact[], by = plan) =>
  figuresOfFacts({ plan: by, calendar, day, facts, identity: true });

/** Totals by plain loops over facts. */
function naiveTotals(facts: readonly Fact[]): Record<string, number | null> {
  const of = (type: string): Fact[] => facts.filter(({ columns }) => columns.type === type);
  const sum = (type: string, column: string): number =>
    of(type).reduce((total, { columns }) => total + Number(columns[column]), 0);
  const ids = (type: string, column: string): number =>
    new Set(of(type).flatMap(({ columns }) => columns[column] ?? [])).size;
  const gmv = sum('paid', 'amount_minor');
  const refunds = sum('refunded', 'amount_minor');
  const orders = ids('paid', 'order_id');
  const placed = ids('created', 'order_id');
  const rate = (part: number, whole: number): number | null =>
    whole === 0 ? null : Math.round((part / whole) * 1e6) / 1e6;
  return {
    gmv,
    refunds,
    net_gmv: gmv - refunds,
    orders,
    buyers: ids('paid', 'buyer_id'),
    units: sum('paid', 'quantity'),
    paid_events: of('paid').length,
    refunded_events: of('refunded').length,
    created_orders: placed,
    cancelled_orders: ids('cancelled', 'order_id'),
    payment_success_rate: rate(orders, placed),
    aov: orders === 0 ? null : Math.round(gmv / orders),
    refund_rate: rate(refunds, gmv),
  };
}

describe('a comparison of days', () => {
  let bed: CompareBed;
  beforeAll(async () => {
    bed = await openCompareBed(plan);
  });
  afterAll(() => bed.close());
  const compare = (pairs: readonly ComparedPair[], job = 'a') =>
    compareDays({ connection: bed.connection, plan, job, pairs, comparedAtMs: 5 });

  it('gives the figures of each day and of all together, as loops over the events do', async () => {
    const counts = fc.array(fc.tuple(fc.option(fc.nat(40), { freq: 3 }), fc.nat(40)), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(counts, async (given) => {
        const days = given.map(([before, after], i) => {
          const day = DAYS[i]!;
          return { day, before: before === null ? null : factsOf(day, before), after: factsOf(day, after) };
        });
        const pairs: ComparedPair[] = [];
        for (const { day, before, after } of days) {
          pairs.push({
            day,
            published: before && (await bed.add(figuresOf(day, before))),
            computed: await bed.add(figuresOf(day, after)),
          });
        }
        const comparison = await compare(pairs);
        expect(comparison).toMatchObject({ job: 'a', comparedAtMs: 5, outdated: [] });
        for (const [i, { day, before, after }] of days.entries()) {
          const was = before && naiveTotals(before);
          const is = naiveTotals(after);
          expect(comparison.days[i]).toMatchObject({
            day,
            published: pairs[i]?.published?.id ?? null,
            computed: pairs[i]?.computed.id,
            differs: before?.length !== after.length,
          });
          expect(comparison.days[i]?.figures).toEqual(
            plan.metrics.map(({ name: metric }) => ({
              metric,
              published: was?.[metric] ?? null,
              computed: is[metric],
            })),
          );
        }
        // Amounts and types are of the events alone, so sums of days are those of all events at once.
        const published = days.some(({ before }) => before)
          ? naiveTotals(days.flatMap(({ before }) => before ?? []))
          : null;
        const computed = naiveTotals(days.flatMap(({ after }) => after));
        const adds = ['gmv', 'refunds', 'net_gmv', 'units', 'paid_events', 'refunded_events', 'refund_rate'];
        expect(comparison.totals).toEqual(
          plan.metrics.map(({ name: metric }) => ({
            metric,
            published: adds.includes(metric) ? (published?.[metric] ?? null) : null,
            computed: adds.includes(metric) ? computed[metric] : null,
          })),
        );
      }),
      { numRuns: 12 },
    );
  });

  it('knows no figure that a side does not hold, and names the definitions', async () => {
    const [day = ''] = DAYS;
    const facts = factsOf(day, 30);
    const published = await bed.add(figuresOf(day, facts, olderPlan), { plan: olderPlan });
    const computed = await bed.add(figuresOf(day, facts));
    const found = await compare([{ day, published, computed }]);
    expect(found.days[0]).toMatchObject({
      differs: false,
      causes: [{ why: 'changed_definition', metrics: ['units'] }],
    });
    const units = { metric: 'units', published: null, computed: naiveTotals(facts).units };
    expect(found.days[0]?.figures).toContainEqual(units);
    expect(found.totals).toContainEqual(units);
    const back = await compare([{ day, published: computed, computed: published }]);
    expect(back.days[0]?.causes).toEqual([{ why: 'changed_definition', metrics: ['units'] }]);
    const wider = defaultCatalogue.metrics.map((metric) =>
      metric.name === 'units' ? { ...metric, where: { type: ['paid', 'created'] } } : metric,
    );
    const redefined = compile({ metrics: wider, dimensions, rollups: few });
    const other = await bed.add(figuresOf(day, facts, redefined), { plan: redefined });
    const changed = await compare([{ day, published: computed, computed: other }]);
    expect(changed.days[0]).toMatchObject({
      differs: true,
      causes: [{ why: 'changed_definition', metrics: ['units'] }],
    });
  });

  it('says why figures differ, and of equal ones nothing', async () => {
    const [day = ''] = DAYS;
    const add = (count: number, more: Parameters<CompareBed['add']>[1] = {}) =>
      bed.add(figuresOf(day, factsOf(day, count)), more);
    const causes = async (...[published, computed]: Awaited<ReturnType<typeof add>>[]) => {
      const pair = { day, published: published ?? null, computed: computed ?? published! };
      const found = await compare([pair]);
      return found.days[0]?.causes;
    };
    const sealed = (counts: object) => ({
      origin: 'live' as const,
      source: { counts: { ...zeroCounts(), ...counts } },
    });
    const replayed = (applied: number, more: object) => ({
      source: { dataset: 'archive', inputs: 'x', counts: { ...zeroCounts(), applied }, ...more },
    });
    const old = { applied: 30, conflicts: 2 };
    const late: Cause = { why: 'late', events: 3 };
    const conflicts: Cause = { why: 'conflicts', events: 2 };
    expect(await causes(await add(30, sealed(old)), await add(33, replayed(33, { lateEvents: 3 })))).toEqual([
      late,
      conflicts,
    ]);
    expect(await causes(await add(30, sealed(old)), await add(34, replayed(34, { lateEvents: 3 })))).toEqual([
      late,
      conflicts,
      { why: 'other_rows', published: 30, computed: 34 },
    ]);
    expect(await causes(await add(30, sealed(old)), await add(30, replayed(30, {})))).toEqual([]);
    const before = await add(30, replayed(30, {}));
    expect(await causes(before, await add(31, replayed(30, { inputs: 'y' })))).toEqual([
      { why: 'changed_file' },
    ]);
    expect(await causes(before, await add(31, replayed(31, { dataset: 'files', inputs: 'y' })))).toEqual([
      { why: 'other_dataset', dataset: 'archive' },
      { why: 'other_rows', published: 30, computed: 31 },
    ]);
    expect(await causes(before, before)).toEqual([]);
    const first = await compare([{ day, published: null, computed: before }]);
    expect(first.days[0]).toMatchObject({ differs: true, causes: [{ why: 'first_load' }] });
  });

  it('is named by job and generations, and outdated where others are published by now', async () => {
    const pairs: ComparedPair[] = [];
    for (const day of DAYS) {
      const published = day === DAYS[2] ? null : await bed.add(figuresOf(day, factsOf(day, 3)));
      pairs.push({ day, published, computed: await bed.add(figuresOf(day, factsOf(day, 4))) });
    }
    const comparison = await compare(pairs);
    expect((await compare(pairs)).fingerprint).toBe(comparison.fingerprint);
    const others = await Promise.all([
      compare(pairs, 'b'),
      compare(pairs.slice(1)),
      compare(pairs.map((pair) => ({ ...pair, published: null }))),
      compare(pairs.map((pair) => ({ ...pair, computed: pair.published ?? pair.computed }))),
    ]);
    expect(others.map(({ fingerprint }) => fingerprint)).not.toContain(comparison.fingerprint);
    const now = new Map(comparison.days.map(({ day, published }) => [day, published]));
    expect(outdatedDays(comparison.days, (day) => now.get(day) ?? null)).toEqual([]);
    expect(outdatedDays(comparison.days, (day) => (day === DAYS[1] ? 99 : (now.get(day) ?? null)))).toEqual([
      DAYS[1],
    ]);
    expect(outdatedDays(comparison.days, () => null)).toEqual(DAYS.slice(0, 2));
    expect(outdatedDays(comparison.days, (day) => now.get(day) ?? 5)).toEqual([DAYS[2]]);
  });
});
