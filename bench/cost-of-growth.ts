import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import { createDictionaries } from '../engine/events/create-dictionaries.ts';
import { columnOf, createEventBatch, type EventBatch } from '../engine/events/event-batch.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import { createPipeline } from '../engine/runtime/pipeline/create-pipeline.ts';
import { defaultPlan } from './default-plan.ts';
import { median } from './median.ts';
import { CURRENCY } from './order-sql.ts';
import { processorSeconds } from './processor-seconds.ts';

export interface GrowthOptions {
  readonly rounds: number;
  readonly mostKeys: number;
}

const BATCH = 8192;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2025, 10, 11);
/** So many events are measured at least for each size: days of few are many. */
const EVENTS = 2_000_000;
/** Values of the other columns, about as many as the real set has. */
const VALUES: Readonly<Record<string, number>> = {
  merchant_id: 20_000,
  product_id: 100_000,
  category: 30,
  country: 40,
  region: 300,
  channel: 6,
  payment_method: 8,
};

const plan = defaultPlan({ currency: CURRENCY });

/**
 * The whole pipeline over days in which every event is an order's one paid line, with an event id, an order and a
 * buyer of its own: so many events, so many keys. Tables that outgrow the caches are what makes large days dearer.
 */
export async function costOfGrowth({ rounds, mostKeys }: GrowthOptions): Promise<void> {
  const sizes: number[] = [];
  for (let keys = 10_000; keys <= mostKeys; keys *= 10) sizes.push(keys);
  costOfDays(100_000, 2);
  const costs = sizes.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    for (const [i, keys] of sizes.entries()) {
      const days = Math.max(1, Math.round(EVENTS / keys));
      costs[i]?.push((costOfDays(keys, days) / (days * keys)) * 1e9);
    }
  }
  const medians = costs.map(median);
  console.log('\nevents of one day, each with an event id, an order and a buyer of its own');
  console.table(
    sizes.map((keys, i) => ({
      keys,
      'ns/event': Math.round(medians[i] ?? 0),
      '× the first': Number(((medians[i] ?? 0) / (medians[0] ?? 1)).toFixed(2)),
      'peak MiB of all': i === sizes.length - 1 ? Math.round(process.resourceUsage().maxRSS / 1024) : '',
    })),
  );
}

/** Processor seconds of days of so many events each, one after the other; making the events is not counted. */
function costOfDays(keys: number, days: number): number {
  const dictionaries = createDictionaries(ORDER_SCHEMA, plan.limits.maxCategoryValues);
  for (const [column, size] of Object.entries(VALUES)) {
    const dictionary = columnOf(dictionaries, column);
    for (let value = 0; value < size; value++) dictionary.codeOf(`${column} ${value}`);
  }
  const batch = createEventBatch(ORDER_SCHEMA, BATCH);
  columnOf(batch.categories, 'type').fill(columnOf(dictionaries, 'type').codeOf('paid'));
  columnOf(batch.categories, 'currency').fill(columnOf(dictionaries, 'currency').codeOf(CURRENCY));
  const calendar = createBusinessCalendar(plan.timeZone);
  const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'bounded' });
  let seconds = 0;
  const addDay = (day: number, events: number): void => {
    for (let first = 0; first < events; first += BATCH) {
      fill(batch, { day, first, events });
      const before = processorSeconds();
      pipeline.process(batch, { partition: 'made' });
      seconds += processorSeconds() - before;
    }
    const before = processorSeconds();
    for (const open of pipeline.openDays()) pipeline.finishDay(open);
    seconds += processorSeconds() - before;
  };
  // What is done once for each value of a dictionary is no part of a day.
  addDay(0, BATCH);
  seconds = 0;
  for (let day = 1; day <= days; day++) addDay(day, keys);
  return seconds;
}

interface Place {
  readonly day: number;
  readonly first: number;
  readonly events: number;
}

/** Events `first`, `first` + 1, … of a day: values are mixed from the number, times go through the day. */
function fill(batch: EventBatch, { day, first, events }: Place): void {
  batch.length = Math.min(BATCH, events - first);
  for (let row = 0; row < batch.length; row++) {
    const n = first + row;
    for (const [lane, words] of batch.eventId.entries()) words[row] = mix(n, 1 + lane);
    for (const [i, { lo, hi }] of Object.values(batch.ids).entries()) {
      lo[row] = mix(n, 11 + i);
      hi[row] = mix(n, 21 + i);
    }
    columnOf(batch.numbers, 'event_time')[row] = START_MS + Math.floor((day + n / events) * DAY_MS);
    columnOf(batch.numbers, 'line')[row] = 1;
    columnOf(batch.numbers, 'quantity')[row] = 1 + (mix(n, 31) % 4);
    columnOf(batch.numbers, 'amount_minor')[row] = 100 + (mix(n, 32) % 50_000);
    let salt = 41;
    for (const column in VALUES)
      columnOf(batch.categories, column)[row] = 1 + (mix(n, salt++) % VALUES[column]!);
  }
}

/** MurmurHash3's finalizer over number and salt. */
function mix(n: number, salt: number): number {
  let x = Math.imul(n + 1, 0x9e37_79b1) ^ Math.imul(salt, 0x85eb_ca6b);
  x ^= x >>> 16;
  x = Math.imul(x, 0x85eb_ca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2_ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
