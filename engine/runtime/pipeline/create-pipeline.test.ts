import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namedIdentity } from '../../../test/named-figures.ts';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { defaultCatalogue } from '../../definitions/catalogue.ts';
import type { Counts } from '../../events/counts.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import { appendEvent } from '../../events/encode-event.ts';
import { createEventBatch } from '../../events/event-batch.ts';
import { hashText } from '../../events/hash.ts';
import type { OrderEvent } from '../../events/order-event.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import { compilePlan } from '../../plan/compile-plan.ts';
import { createPipeline } from './create-pipeline.ts';
import { type NaiveFigures, naiveFigures } from './naive-figures.ts';
import type { PipelineOptions } from './pipeline.ts';

const catalogue = {
  ...defaultCatalogue,
  rollups: [
    ...defaultCatalogue.rollups.map((rollup) =>
      rollup.by === 'product'
        ? { ...rollup, identity: true, metrics: [...rollup.metrics, 'orders'] }
        : rollup,
    ),
    { name: 'again', by: 'category', slice: 'hour', metrics: ['orders', 'gmv'], identity: false } as const,
  ],
};

function setUp(timeZone: string, more: Partial<PipelineOptions> = {}, limits = {}) {
  const plan = compilePlan({ catalogue, schema: ORDER_SCHEMA, timeZone, currency: 'EUR', limits });
  const calendar = createBusinessCalendar(timeZone);
  const dictionaries = createDictionaries(ORDER_SCHEMA, plan.limits.maxCategoryValues);
  const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'bounded', ...more });
  return { plan, calendar, dictionaries, pipeline };
}

/** Feeds events in batches of the given sizes (repeated), partitions in turn. */
function feed(
  { pipeline, dictionaries }: ReturnType<typeof setUp>,
  events: readonly OrderEvent[],
  sizes: readonly number[] = [7],
  partitions = 1,
): void {
  const batch = createEventBatch(ORDER_SCHEMA, 64);
  for (let at = 0, turn = 0; at < events.length; turn++) {
    batch.length = 0;
    const end = Math.min(events.length, at + (sizes[turn % sizes.length] ?? 1));
    for (; at < end; at++) appendEvent(batch, ORDER_SCHEMA, dictionaries, events[at]!);
    pipeline.process(batch, { partition: String(turn % partitions) });
  }
}

/** A day's figures under the names of the naive loop; a later message overwrites, as the store does. */
function flatten(days: readonly DayFigures[], into = new Map<string, number>()): Map<string, number> {
  for (const { day, rollups } of days) {
    for (const { rollup, keys, cells, distinct } of rollups) {
      const name = (key: number): string => (keys[key] === null ? 'null' : `'${keys[key]}'`);
      for (const [m, metric] of cells.metrics.entries()) {
        for (const [i, key] of cells.key.entries()) {
          into.set(`${day} ${rollup} ${name(key)} ${metric} cell ${cells.slot[i]}`, cells.values[m]![i]!);
        }
      }
      for (const { metric, hourly, daily, newIdsByMinute } of distinct) {
        const at = (key: number): string => `${day} ${rollup} ${name(key)} ${metric}`;
        for (const [i, key] of hourly.key.entries())
          into.set(`${at(key)} hour ${hourly.hour[i]}`, hourly.count[i]!);
        for (const [i, key] of daily.key.entries()) into.set(`${at(key)} day`, daily.count[i]!);
        for (const [minute, ids] of newIdsByMinute?.entries() ?? []) {
          into.set(`${day} ${rollup} null ${metric} new ${minute}`, ids);
        }
      }
    }
  }
  return into;
}

const withoutZeros = (figures: Map<string, number>) =>
  Object.fromEntries([...figures].filter(([, value]) => value !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Under the names of the naive loop, which says that they are the day's. */
const idsOf = (days: readonly DayFigures[]): Record<string, string[]> =>
  Object.fromEntries(Object.entries(namedIdentity(days)).map(([at, ids]) => [`${at} day`, ids]));

function naiveIds({ identity }: NaiveFigures, rollups: readonly string[]): Record<string, string[]> {
  const lanes = new Uint32Array(4);
  const hash = (id: string): readonly [number, number] => {
    hashText(id, lanes);
    return [lanes[1]!, lanes[0]!];
  };
  const days = [...identity].filter(
    ([at]) => at.endsWith(' day') && rollups.includes(at.split(' ')[1] ?? ''),
  );
  return Object.fromEntries(
    days.map(([at, ids]) => {
      const sorted = [...ids].map(hash).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      return [at, sorted.map(([hi, lo]) => `${hi}:${lo}`)];
    }),
  );
}

/** A bounded run as a caller does it: days with the wrong conflict applied are read again with the winners. */
function replay(timeZone: string, events: readonly OrderEvent[], sizes: number[], partitions: number) {
  const first = setUp(timeZone);
  feed(first, events, sizes, partitions);
  const days = first.pipeline.openDays().map((index) => {
    const winners = first.pipeline.conflictWinners(index);
    if (!winners) return first.pipeline.finishDay(index);
    const again = setUp(timeZone, { winners, days: { from: index, to: index } });
    feed(again, events, sizes, partitions);
    expect(again.pipeline.conflictWinners(index)).toBeNull();
    return again.pipeline.finishDay(index);
  });
  return { days, counts: first.pipeline.counts() };
}

/** Counts by day under the names of the naive loop. */
function outcomesOf(days: readonly DayFigures[], totals: Counts): Record<string, number> {
  const undated = { ...totals.rejectedBy };
  const outcomes = new Map<string, number>();
  for (const { day, counts } of days) {
    expect(counts.rows).toBe(
      counts.applied + counts.duplicates + counts.conflicts + counts.late + counts.rejected,
    );
    outcomes.set(`${day} applied`, counts.applied);
    outcomes.set(`${day} duplicate`, counts.duplicates);
    outcomes.set(`${day} conflict`, counts.conflicts);
    outcomes.set(`${day} accepted`, counts.applied + counts.duplicates + counts.conflicts);
    for (const [reason, rows] of Object.entries(counts.rejectedBy)) {
      outcomes.set(`${day} ${reason}`, rows);
      undated[reason]! -= rows;
    }
  }
  for (const [reason, rows] of Object.entries(undated)) outcomes.set(`- ${reason}`, rows);
  return withoutZeros(outcomes);
}

const names = (prefix: string, most: number) =>
  fc.oneof(
    fc.constant(`${prefix}0`),
    fc.nat(most).map((n) => `${prefix}${n}`),
  );
const often = <T, U>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<U>) =>
  fc.oneof({ weight: 25, arbitrary: usual }, { weight: 1, arbitrary: rare });

/** Three business days around both changes of the clock in Berlin, New York and nothing in Shanghai. */
const time = fc.oneof(
  fc.integer({ min: Date.UTC(2024, 2, 30, 20), max: Date.UTC(2024, 3, 1, 4) }),
  fc.integer({ min: Date.UTC(2024, 9, 26, 20), max: Date.UTC(2024, 9, 28, 4) }),
  fc.constantFrom(
    Date.UTC(2024, 2, 30, 23),
    Date.UTC(2024, 2, 30, 22, 59, 59, 999),
    Date.UTC(2024, 9, 27, 1),
  ),
);

const baseEvent: fc.Arbitrary<OrderEvent> = fc.record({
  event_time: often(time, fc.constantFrom(null, -1, Date.UTC(2100, 0, 1), 1711843200000.5)),
  type: often(
    fc.constantFrom('paid', 'paid', 'refunded', 'created', 'cancelled', 'shipped'),
    fc.constantFrom('gift', null),
  ),
  order_id: often(names('o', 12), fc.constant(null)),
  line: often(fc.nat(3), fc.constantFrom(null, 1.5)),
  buyer_id: fc.option(names('b', 6)),
  merchant_id: fc.option(names('m', 3)),
  product_id: often(names('p', 20), fc.constant(null)),
  category: fc.option(names('c', 4)),
  quantity: often(fc.nat(9), fc.constantFrom(-1, 1e9 + 1, null)),
  amount_minor: often(fc.nat(1e6), fc.constantFrom(-5, 1e13, 1e13 + 1, 0.5, null)),
  currency: often(fc.constant('EUR'), fc.constantFrom('USD', null)),
  country: fc.option(names('C', 3)),
  region: fc.option(names('r', 3)),
  channel: fc.constantFrom('app', 'web'),
  payment_method: fc.option(names('y', 2)),
});

/** Deliveries of a few events: most once, some again, some with another payload a little later. */
const deliveries = fc
  .array(fc.tuple(baseEvent, fc.array(fc.constantFrom(0, 0, 0, 1, 2), { minLength: 1, maxLength: 3 })), {
    maxLength: 60,
  })
  .chain((drawn) => {
    const events = drawn.flatMap(([event, variants], n) =>
      variants.map(
        (variant): OrderEvent => ({
          event_id: n === 13 ? null : `e${n}`,
          ...event,
          event_time: event.event_time === null ? null : Number(event.event_time) + variant * 600_000,
          line: variant === 0 ? (event.line ?? null) : Number(event.line) + variant,
        }),
      ),
    );
    return fc.shuffledSubarray(events, { minLength: events.length });
  });

const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Shanghai', 'UTC');
const sizes = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 4 });

test('figures, identity and counts equal a naive loop over the same events, however they are ordered and cut', () => {
  fc.assert(
    fc.property(
      zone,
      deliveries,
      sizes,
      fc.integer({ min: 1, max: 3 }),
      (timeZone, events, cuts, partitions) => {
        const naive = naiveFigures(events, {
          catalogue,
          timeZone,
          currency: 'EUR',
          conflicts: 'lowest_time',
        });
        const { days, counts } = replay(timeZone, events, cuts, partitions);
        expect(withoutZeros(flatten(days))).toEqual(withoutZeros(naive.figures));
        const kept = catalogue.rollups.filter((rollup) => rollup.identity).map((rollup) => rollup.name);
        expect(idsOf(days)).toEqual(naiveIds(naive, kept));
        expect(outcomesOf(days, counts)).toEqual(withoutZeros(naive.outcomes));
        expect(counts.rows).toBe(events.length);
      },
    ),
    { numRuns: 150 },
  );
});

test('live changes add up to the same figures, and every message holds absolute values', () => {
  fc.assert(
    fc.property(zone, deliveries, sizes, (timeZone, events, cuts) => {
      const run = setUp(timeZone, { mode: 'live' }, { outOfOrdernessMs: 3e12 });
      const naive = naiveFigures(events, { catalogue, timeZone, currency: 'EUR', conflicts: 'first' });
      const seen = new Map<string, number>();
      for (let at = 0; at < events.length; at += 11) {
        feed(run, events.slice(at, at + 11), cuts);
        flatten(run.pipeline.takeChanges(), seen);
        run.pipeline.seal();
        expect(run.pipeline.takeSealed()).toEqual([]);
      }
      expect(run.pipeline.takeChanges()).toEqual([]);
      expect(withoutZeros(seen)).toEqual(withoutZeros(naive.figures));
    }),
    { numRuns: 60 },
  );
});
