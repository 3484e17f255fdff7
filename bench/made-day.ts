import { createDictionaries } from '../engine/events/create-dictionaries.ts';
import type { Dictionaries } from '../engine/events/dictionary.ts';
import { columnOf, createEventBatch, type EventBatch } from '../engine/events/event-batch.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { CURRENCY } from './order-sql.ts';

const BATCH = 8192;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2025, 10, 11);
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

/** Days in which every event is an order's one paid line, with an event id, an order and a buyer of its own. */
export interface MadeDays {
  readonly dictionaries: Dictionaries;
  /** Events `first`, `first` + 1, … of a day of `events`, in a batch that is used again. */
  batchOf(place: Place): EventBatch;
}

export interface Place {
  readonly day: number;
  readonly first: number;
  readonly events: number;
  /** Events of the same orders and buyers with ids of their own for each number; default 0. */
  readonly again?: number;
}

export function createMadeDays(plan: Plan): MadeDays {
  const dictionaries = createDictionaries(ORDER_SCHEMA, plan.limits.maxCategoryValues);
  for (const [column, size] of Object.entries(VALUES)) {
    const dictionary = columnOf(dictionaries, column);
    for (let value = 0; value < size; value++) dictionary.codeOf(`${column} ${value}`);
  }
  const batch = createEventBatch(ORDER_SCHEMA, BATCH);
  columnOf(batch.categories, 'type').fill(columnOf(dictionaries, 'type').codeOf('paid'));
  columnOf(batch.categories, 'currency').fill(columnOf(dictionaries, 'currency').codeOf(CURRENCY));
  return {
    dictionaries,
    batchOf(place) {
      fill(batch, place);
      return batch;
    },
  };
}

/** Calls with each batch of a day of so many events. */
export function forEachBatch(
  days: MadeDays,
  day: number,
  events: number,
  call: (batch: EventBatch) => void,
): void {
  for (let first = 0; first < events; first += BATCH) call(days.batchOf({ day, first, events }));
}

/** Values are mixed from the event's number, times go through the day. */
function fill(batch: EventBatch, { day, first, events, again = 0 }: Place): void {
  batch.length = Math.min(BATCH, events - first);
  for (let row = 0; row < batch.length; row++) {
    const n = first + row;
    for (const [lane, words] of batch.eventId.entries()) words[row] = mix(n, 1 + lane + 100 * again);
    for (const [i, { lo, hi }] of Object.values(batch.ids).entries()) {
      lo[row] = mix(n, 11 + i);
      hi[row] = mix(n, 21 + i);
    }
    columnOf(batch.numbers, 'event_time')[row] = START_MS + Math.floor((day + n / events) * DAY_MS);
    columnOf(batch.numbers, 'line')[row] = 1;
    columnOf(batch.numbers, 'quantity')[row] = 1 + (mix(n, 31) % 4);
    columnOf(batch.numbers, 'amount_minor')[row] = 100 + (mix(n, 32) % 50_000);
    let salt = 41 + 100 * again;
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
