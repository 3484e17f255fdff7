import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hourSlot, minuteSlot } from '../../calendar/business-calendar.ts';
import { type Catalogue, defaultCatalogue } from '../../definitions/catalogue.ts';
import { finishMetric } from '../../definitions/finish.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { compilePlan } from '../../plan/compile-plan.ts';
import { type Fact, figuresOfFacts, sampleFacts } from '../figures-of-facts.ts';
import { type CompareBed, openCompareBed } from './compare-bed.ts';
import { compareDay } from './compare-day.ts';

const { metrics, dimensions, rollups } = defaultCatalogue;
const compile = (more: Partial<Catalogue> = {}, timeZone = 'UTC') =>
  compilePlan({
    catalogue: { metrics, dimensions, rollups, ...more },
    schema: ORDER_SCHEMA,
    timeZone,
    currency: 'CNY',
  });
const few = rollups.filter(({ name }) =>
  ['total', 'category', 'channel', 'hour_of_day', 'merchant'].includes(name),
);
const DIMENSIONS: Record<string, (fact: Fact, hour: number) => string | null> = {
  category: ({ columns }) => columns.category as string | null,
  channel: ({ columns }) => columns.channel as string | null,
  hour_of_day: (_, hour) => String(hour),
  merchant: ({ columns }) => columns.merchant_id as string | null,
};
const plan = compile({ rollups: few });

/** Base figures of some events, by plain loops. */
function naiveBases(facts: readonly Fact[]): (metric: string) => number {
  const of = (type: string): Fact[] => facts.filter(({ columns }) => columns.type === type);
  const sum = (type: string, column: string): number =>
    of(type).reduce((total, { columns }) => total + Number(columns[column]), 0);
  const ids = (type: string, column: string): number =>
    new Set(of(type).flatMap(({ columns }) => columns[column] ?? [])).size;
  const figures: Record<string, () => number> = {
    gmv: () => sum('paid', 'amount_minor'),
    refunds: () => sum('refunded', 'amount_minor'),
    units: () => sum('paid', 'quantity'),
    paid_events: () => of('paid').length,
    refunded_events: () => of('refunded').length,
    orders: () => ids('paid', 'order_id'),
    buyers: () => ids('paid', 'buyer_id'),
    created_orders: () => ids('created', 'order_id'),
    cancelled_orders: () => ids('cancelled', 'order_id'),
  };
  return (metric) => figures[metric]?.() ?? Number.NaN;
}
const naive = (metric: string, facts: readonly Fact[]): number | null =>
  finishMetric(plan.metrics.find(({ name }) => name === metric)!, naiveBases(facts));

const DISTINCT = ['orders', 'buyers', 'created_orders', 'cancelled_orders', 'payment_success_rate', 'aov'];
const ofMerchants = ['gmv', 'refunds', 'units', 'paid_events', 'refunded_events', 'net_gmv', 'refund_rate'];

describe('a metric of a day', () => {
  const beds: CompareBed[] = [];
  const open = async (by = plan): Promise<CompareBed> => {
    const bed = await openCompareBed(by);
    beds.push(bed);
    return bed;
  };
  let bed: CompareBed;
  beforeAll(async () => {
    bed = await open();
  });
  afterAll(async () => {
    for (const each of beds) await each.close();
  });

  const DAY = '2010-12-01';
  const add = async (facts: readonly Fact[], to = bed, day = DAY) =>
    to.add(figuresOfFacts({ plan: to.plan, calendar: to.calendar, day, facts, identity: true }));
  const compare = async (
    metric: string,
    published: readonly Fact[] | null,
    computed: readonly Fact[],
    to = bed,
    day = DAY,
  ) => {
    const pair = {
      day,
      published: published && (await add(published, to, day)),
      computed: await add(computed, to, day),
    };
    return compareDay({ connection: to.connection, plan: to.plan, calendar: to.calendar, pair, metric });
  };
  const factsOf = (count: number, to = bed, day = DAY, amount = 100): Fact[] =>
    sampleFacts({ calendar: to.calendar, day, count, amount });

  it('has the curves and the largest changes that loops over the events find', async () => {
    const day = bed.calendar.dayOfLabel(DAY);
    const change = fc.record({
      at: fc.nat(79),
      what: fc.constantFrom('drop', 'dearer', 'other key', 'other buyer'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...plan.metrics.map(({ name }) => name)),
        fc.array(change, { maxLength: 12 }),
        async (metric, changes) => {
          const before = factsOf(80);
          const after = before.flatMap((fact, i): Fact[] => {
            const mine = changes.filter(({ at }) => at === i).map(({ what }) => what);
            if (mine.includes('drop')) return [];
            const columns = { ...fact.columns };
            if (mine.includes('dearer')) columns.amount_minor = Number(columns.amount_minor) + 1_000 + i;
            if (mine.includes('other key')) columns.category = columns.merchant_id = 'new';
            if (mine.includes('other buyer')) columns.buyer_id = `new ${i}`;
            return [{ ...fact, columns }];
          });
          const found = await compare(metric, before, after);
          const cumulative = DISTINCT.includes(metric);
          expect(found).toMatchObject({
            day: DAY,
            metric,
            startMs: day.startMs,
            bucketMs: 600_000,
            cumulative,
          });
          for (const [curve, facts] of [
            [found.published, before],
            [found.computed, after],
          ] as const) {
            expect(curve).toHaveLength(144);
            for (const bucket of [0, 3, 17, 60, 61, 62, 63, 64, 100, 143]) {
              const held = facts.filter(({ timeMs }) => {
                const at = Math.floor(minuteSlot(day, timeMs) / 10);
                return cumulative ? at <= bucket : at === bucket;
              });
              expect(curve?.[bucket], `bucket ${bucket}`).toBe(naive(metric, held));
            }
          }

          const expected = Object.entries(DIMENSIONS).flatMap(([dimension, keyOf]) => {
            if (dimension === 'merchant' && !ofMerchants.includes(metric)) return [];
            const key = (fact: Fact): string | null =>
              keyOf(fact, day.hourOfDay[hourSlot(day, fact.timeMs)]!);
            return [...new Set([...before, ...after].map(key))].flatMap((each) => {
              const published = naive(
                metric,
                before.filter((fact) => key(fact) === each),
              );
              const computed = naive(
                metric,
                after.filter((fact) => key(fact) === each),
              );
              if (published === null || computed === null || published === computed) return [];
              return [{ dimension, key: each, published, computed }];
            });
          });
          const size = (each: { published: number; computed: number }): number =>
            Math.abs(each.computed - each.published);
          const name = ({ dimension, key }: { dimension: string; key: string | null }): string =>
            `${dimension}/${key === null ? '' : `:${key}`}`;
          expected.sort((a, b) => size(b) - size(a) || (name(a) < name(b) ? -1 : 1));
          const ratio = plan.metrics.find((each) => each.name === metric)?.aggregate === 'ratio';
          if (!ratio) expect(found.changes).toEqual(expected.slice(0, 30));
          else {
            // Rounded, some are equal of which one was larger.
            const sizes = found.changes.map(size);
            expect(expected).toEqual(expect.arrayContaining([...found.changes]));
            expect(found.changes.length).toBeGreaterThanOrEqual(Math.min(25, expected.length));
            for (const [i, each] of sizes.slice(1).entries()) {
              expect(each).toBeLessThanOrEqual(sizes[i]! + 1e-6 + (metric === 'aov' ? 1 : 0));
            }
          }
        },
      ),
      { numRuns: 16 },
    );
  });

  it('has no published curve and no changes where nothing is published, or not the metric', async () => {
    const facts = factsOf(30);
    const first = await compare('gmv', null, facts);
    expect(first).toMatchObject({ published: null, changes: [], bucketMs: 600_000 });
    expect(first.computed.reduce((sum: number, value) => sum + (value ?? 0), 0)).toBe(naive('gmv', facts));
    const narrow = compile({
      rollups: few.map((each) => ({ ...each, metrics: each.metrics.filter((name) => name !== 'gmv') })),
    });
    const published = await bed.add(
      figuresOfFacts({ plan: narrow, calendar: bed.calendar, day: DAY, facts, identity: true }),
      { plan: narrow },
    );
    const computed = await add(facts);
    const ask = (metric: string, pair: { published: typeof published; computed: typeof published }) =>
      compareDay({ ...bed, pair: { day: DAY, ...pair }, metric });
    for (const metric of ['gmv', 'aov']) {
      const found = await ask(metric, { published, computed });
      expect(found).toMatchObject({ published: null, changes: [] });
      expect(found.computed.some((value) => value !== null && value > 0)).toBe(true);
      const back = await ask(metric, { published: computed, computed: published });
      expect(new Set(back.computed)).toEqual(new Set([null]));
    }
    await expect(compare('gvm', null, facts)).rejects.toThrow(/no metric gvm.*gmv, refunds/);
  });

  it('draws hours where minutes are not kept, and an hour where it begins on days of odd hours', async () => {
    const hourly = few.map((each) => ({ ...each, slice: 'hour' as const, cumulative: false }));
    for (const [timeZone, day, count, bucketMs] of [
      ['UTC', DAY, 24, 3_600_000],
      ['America/New_York', '2010-11-07', 25, 3_600_000],
      ['America/New_York', '2010-03-14', 23, 3_600_000],
      ['Australia/Lord_Howe', '2010-04-04', 49, 1_800_000],
    ] as const) {
      const to = await open(compile({ rollups: hourly }, timeZone));
      const facts = factsOf(60, to, day);
      const business = to.calendar.dayOfLabel(day);
      for (const metric of ['gmv', 'orders', 'aov']) {
        const found = await compare(metric, facts, facts.slice(9), to, day);
        expect(found).toMatchObject({ bucketMs, cumulative: false });
        for (const [curve, held] of [
          [found.published, facts],
          [found.computed, facts.slice(9)],
        ] as const) {
          const expected = new Array<number | null>(count).fill(null);
          for (const [slot, startMs] of business.hourStartsMs.entries()) {
            expected[(startMs - business.startMs) / bucketMs] = naive(
              metric,
              held.filter(({ timeMs }) => hourSlot(business, timeMs) === slot),
            );
          }
          expect(curve, `${timeZone} ${metric}`).toEqual(expected);
        }
      }
    }
  });

  it('ranks thirty changes and no more, equal ones by dimension and key', async () => {
    const facts = Array.from({ length: 80 }, (_, i): Fact => {
      const [fact] = factsOf(6).slice(3);
      return { ...fact!, columns: { ...fact!.columns, merchant_id: `m${String(i).padStart(2, '0')}` } };
    });
    const { changes } = await compare('paid_events', facts, []);
    expect(changes).toHaveLength(30);
    expect(changes.slice(0, 3).map(({ published }) => published)).toEqual([80, 80, 80]);
    expect(changes.slice(0, 3).map(({ dimension }) => dimension)).toEqual([
      'category',
      'channel',
      'hour_of_day',
    ]);
    expect(changes.slice(3).map(({ key }) => key)).toEqual(
      Array.from({ length: 27 }, (_, i) => `m${String(i).padStart(2, '0')}`),
    );
  });
});
