import { expect, test } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { defaultCatalogue } from '../../definitions/catalogue.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import { appendEvent } from '../../events/encode-event.ts';
import { createEventBatch } from '../../events/event-batch.ts';
import type { OrderEvent } from '../../events/order-event.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import { compilePlan } from '../../plan/compile-plan.ts';
import type { PlanLimits } from '../../plan/plan.ts';
import { createPipeline } from './create-pipeline.ts';
import type { PipelineOptions, ProcessOptions } from './pipeline.ts';

const HOUR = 3_600_000;
const noon = Date.UTC(2024, 10, 11, 12);
const timeZone = 'UTC';
const calendar = createBusinessCalendar(timeZone);
const day = calendar.dayOf(noon).index;

interface Case extends Partial<Omit<PipelineOptions, 'plan'>> {
  readonly limits?: Partial<PlanLimits>;
  readonly rollups?: typeof defaultCatalogue.rollups;
}

function start({ limits, rollups = defaultCatalogue.rollups, ...more }: Case = {}) {
  const catalogue = { ...defaultCatalogue, rollups };
  const plan = compilePlan({ catalogue, schema: ORDER_SCHEMA, timeZone, currency: 'EUR', limits });
  const dictionaries = createDictionaries(ORDER_SCHEMA, plan.limits.maxCategoryValues);
  const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'bounded', ...more });
  const give = (events: OrderEvent[], options: Partial<ProcessOptions> = {}, recordTimeMs?: number): void => {
    const batch = createEventBatch(ORDER_SCHEMA, events.length, recordTimeMs !== undefined);
    for (const event of events) appendEvent(batch, ORDER_SCHEMA, dictionaries, event);
    batch.recordTimeMs?.fill(recordTimeMs ?? 0);
    pipeline.process(batch, { partition: '0', ...options });
  };
  return { ...pipeline, give };
}

let serial = 0;
const paid = (more: Partial<Record<string, string | number | null>> = {}): OrderEvent => ({
  event_id: `e${serial++}`,
  event_time: noon,
  type: 'paid',
  order_id: 'o1',
  line: 1,
  product_id: 'p1',
  quantity: 1,
  amount_minor: 100,
  currency: 'EUR',
  category: 'books',
  ...more,
});

const gmvOf = ({ rollups }: DayFigures, name: string): number[] => [
  ...(rollups.find(({ rollup }) => rollup === name)?.cells.values[0] ?? []),
];

test.each([
  ['null:event_id', { event_id: null }],
  ['null:event_time', { event_time: null, type: null }],
  ['null:type', { type: null, order_id: null }],
  ['null:order_id', { order_id: null, event_time: -1 }],
  ['null:amount_minor', { amount_minor: null, quantity: -1 }],
  ['time_out_of_range', { event_time: -1, type: 'gift' }],
  ['time_out_of_range', { event_time: Date.UTC(2100, 0, 1) }],
  ['cardinality:product_id', { product_id: 'p3', type: 'gift' }],
  ['unknown_type', { type: 'gift', line: 0.5 }],
  ['not_an_integer:event_time', { event_time: noon + 0.5, line: 0.5 }],
  ['not_an_integer:line', { line: 0.5, amount_minor: -1 }],
  ['negative_amount', { amount_minor: -1, quantity: -1 }],
  ['negative_quantity', { quantity: -1, amount_minor: 1e13 + 2 }],
  ['amount_over_cap', { amount_minor: 1e13 + 1, quantity: 1e9 + 1 }],
  ['quantity_over_cap', { quantity: 1e9 + 1, currency: 'USD' }],
  ['not_exact:line', { line: -(2 ** 53), currency: 'USD' }],
  ['currency', { currency: 'USD', event_time: noon + 9 * HOUR }],
  ['future', { event_time: noon + HOUR + 1 }],
])('a row is rejected by the first reason that applies: %s', (reason, flaw) => {
  const pipeline = start({ limits: { maxCategoryValues: 2 } });
  pipeline.give([paid({ product_id: 'p1' }), paid({ product_id: 'p2' }), paid(flaw)], {}, noon);
  expect(pipeline.counts()).toMatchObject({ rows: 3, applied: 2, rejected: 1, rejectedBy: { [reason]: 1 } });
});

test('the bounds themselves are accepted', () => {
  const pipeline = start();
  const most = paid({ amount_minor: 1e13, quantity: 1e9, event_time: noon + HOUR });
  pipeline.give([most, paid({ event_time: 0, amount_minor: 0, quantity: 0 })], {}, noon);
  expect(pipeline.counts().applied).toBe(2);
});

test('a rejected row counts to its day if it has one, and undated rows only where this unit owns them', () => {
  const pipeline = start();
  pipeline.give(
    [paid({ type: 'gift' }), paid({ event_time: null }), paid({ event_time: noon + 99 * HOUR })],
    {},
    noon,
  );
  pipeline.give([paid({ event_time: null }), paid({ event_time: -1 })], { ownsUndated: false });
  expect(pipeline.counts()).toMatchObject({ rows: 3, rejected: 3 });
  expect(pipeline.openDays()).toEqual([day]);
  expect(pipeline.finishDay(day).counts).toMatchObject({ rows: 1, rejectedBy: { unknown_type: 1 } });
});

test('events of days that were not asked for are passed over uncounted', () => {
  const pipeline = start({ days: { from: day, to: day } });
  pipeline.give([
    paid(),
    paid({ event_time: noon + 24 * HOUR }),
    paid({ event_time: noon - 24 * HOUR, type: 'gift' }),
  ]);
  expect(pipeline.counts()).toMatchObject({ rows: 1, applied: 1 });
  expect(pipeline.openDays()).toEqual([day]);
});

test('a day is sealed once the watermark passed its end by the allowed lateness, and then events are late', () => {
  const pipeline = start({ mode: 'live' });
  const midnight = noon + 12 * HOUR;
  const sealing = midnight + 2 * HOUR + 5_000;
  pipeline.give([paid(), paid({ event_time: noon - 48 * HOUR }), paid({ event_time: sealing })]);
  expect(pipeline.watermarkMs()).toBe(sealing - 5_000);
  pipeline.seal();
  expect(pipeline.takeSealed().map((sealed) => sealed.day)).toEqual(['2024-11-09']);
  expect(pipeline.takeSealed()).toEqual([]);
  expect(pipeline.openDays()).toEqual([day - 2, day, day + 1]);
  pipeline.dropSealed('2024-11-09');
  pipeline.dropSealed('2024-11-11');
  expect(pipeline.openDays()).toEqual([day, day + 1]);

  pipeline.give([paid({ event_time: sealing + 1 }), paid()]);
  pipeline.takeChanges();
  pipeline.seal();
  const [sealed, ...more] = pipeline.takeSealed();
  expect(more).toEqual([]);
  expect(sealed).toMatchObject({ day: '2024-11-11', counts: { applied: 2 } });
  expect(sealed?.rollups[0]?.distinct[0]?.identity?.hi).toHaveLength(1);

  pipeline.give([paid(), paid({ event_time: noon - 24 * HOUR }), paid({ event_time: midnight })]);
  expect(pipeline.counts()).toMatchObject({ rows: 8, applied: 6, late: 2 });
  expect(pipeline.takeChanges().map((changed) => changed.day)).toEqual(['2024-11-12']);
  expect(pipeline.lateDays()).toEqual([
    { day: '2024-11-10', events: 1 },
    { day: '2024-11-11', events: 1 },
  ]);
});

test('what a day got before it was sealed is told as changes while nobody takes it', () => {
  const pipeline = start({ mode: 'live' });
  const sealing = noon + 14 * HOUR + 5_001;
  pipeline.give([paid()]);
  pipeline.takeChanges();
  pipeline.give([paid(), paid({ event_time: sealing })]);
  pipeline.seal();
  const [last] = pipeline.takeChanges();
  expect(last).toMatchObject({ day: '2024-11-11', counts: { applied: 2 } });
  expect(last && gmvOf(last, 'total')).toEqual([200]);
  expect(pipeline.takeChanges()).toEqual([]);
  expect(pipeline.takeSealed()).toMatchObject([{ day: '2024-11-11', counts: { applied: 2 } }]);
  expect(pipeline.takeChanges()).toEqual([]);
});

test('the watermark is the lowest over partitions', () => {
  const pipeline = start({ mode: 'live', limits: { outOfOrdernessMs: 0 } });
  expect(pipeline.watermarkMs()).toBeNull();
  pipeline.give([paid({ event_time: noon + 5 }), paid({ event_time: noon })], { partition: 'a' });
  pipeline.give([paid({ event_time: noon + 2 })], { partition: 'b' });
  expect([pipeline.watermarkMs(), pipeline.dataToMs()]).toEqual([noon + 2, noon + 5]);
});

test('with a first day, events of days before it are late from the start', () => {
  const pipeline = start({ mode: 'live', firstDay: day });
  pipeline.give([paid({ event_time: noon - 24 * HOUR }), paid()]);
  expect(pipeline.counts()).toMatchObject({ applied: 1, late: 1 });
});

test('of two payloads at the same instant the same one is right in either order', () => {
  const one = paid({ event_id: 'x', amount_minor: 1 });
  const two = paid({ event_id: 'x', amount_minor: 2 });
  const gmv = [
    [one, two, one],
    [two, one, one],
    [one, one, two],
  ].map((events) => {
    const first = start();
    first.give(events);
    const winners = first.conflictWinners(day);
    if (!winners) return { gmv: gmvOf(first.finishDay(day), 'total'), counts: first.counts() };
    const again = start({ winners });
    again.give(events);
    return { gmv: gmvOf(again.finishDay(day), 'total'), counts: again.counts() };
  });
  expect(gmv[1]).toEqual(gmv[0]);
  expect(gmv[2]).toEqual(gmv[0]);
  const { applied, duplicates, conflicts } = gmv[0]!.counts;
  expect([applied, duplicates + conflicts]).toEqual([1, 2]);
});

test('a sum that would not be exact stops the run by rollup and metric', () => {
  const pipeline = start();
  const most = () => paid({ amount_minor: 1e13 });
  expect(() => pipeline.give(Array.from({ length: 901 }, most))).toThrow(/gmv in rollup total/);
});

test('two rollups by one dimension never share an array, so that both can be transferred', () => {
  const [total, category] = defaultCatalogue.rollups;
  if (!total || !category) throw new Error('the default catalogue has a total and a category rollup');
  const pipeline = start({ rollups: [total, category, { ...category, name: 'again', slice: 'hour' }] });
  pipeline.give([paid({ buyer_id: 'b' }), paid({ category: null })]);
  const figures = pipeline.finishDay(day);
  const arrays: ArrayBufferLike[] = [];
  const walk = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) arrays.push(value.buffer);
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(walk);
  };
  walk(figures);
  expect(arrays.length).toBeGreaterThan(30);
  expect(new Set(arrays).size).toBe(arrays.length);
  expect(gmvOf(figures, 'again')).toEqual([100, 100]);
});

test('an empty day has no figures, and misuse is refused by name', () => {
  expect(start().finishDay(day)).toMatchObject({ day: '2024-11-11', rollups: [], counts: { rows: 0 } });
  expect(() => start({ mode: 'live' }).finishDay(day)).toThrow(/takeSealed/);
  expect(() => start().takeChanges()).toThrow(/finishDay/);
  expect(() => start({ mode: 'live', days: { from: 0, to: 1 } })).toThrow(/bounded/);
  expect(() => start({ calendar: createBusinessCalendar('Asia/Tokyo') })).toThrow(/Asia\/Tokyo/);
});
