import type { Message } from 'kafkajs';
import type { OrderEvent } from '../../engine/events/order-event.ts';
import { at, orderEvent } from '../builders.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const CATEGORIES = ['toys', 'books', 'home', 'garden', null];
const COUNTRIES = ['CN', 'US', 'DE', null];
const CHANNELS = ['web', 'app', null];
/** A line's life, and how likely each is. */
const LIVES: readonly (readonly [number, readonly string[]])[] = [
  [0.6, ['created', 'paid']],
  [0.8, ['created', 'paid', 'shipped', 'refunded']],
  [0.9, ['created', 'payment_failed', 'cancelled']],
  [1, ['created', 'paid', 'delivered']],
];

/** `2025-03-01` and so many days on. */
export const dayLabel = (index: number): string => new Date(dayStart(index)).toISOString().slice(0, 10);
export const dayStart = (index: number): number => at('2025-03-01T00:00:00Z') + index * DAY_MS;

/** Events of one UTC day, from its first minute to its last, in no order. */
export function ordersOfDay(index: number, orders: number, random: () => number): OrderEvent[] {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const events: OrderEvent[] = [];
  for (let order = 0; order < orders; order++) {
    const chance = random();
    const life = LIVES.find(([below]) => chance < below)?.[1] ?? ['paid'];
    const order_id = `${dayLabel(index)}-${order}`;
    const ofOrder = {
      buyer_id: pick([null, `buyer ${Math.floor(random() * 200)}`]),
      country: pick(COUNTRIES),
      region: pick(['NY', 'BJ', null]),
      channel: pick(CHANNELS),
      payment_method: pick(['card', 'cash', null]),
      currency: 'CNY',
    };
    const startMs = dayStart(index) + Math.floor(random() * (DAY_MS - HOUR_MS));
    for (let line = 1; line <= 1 + Math.floor(random() * 3); line++) {
      const product = Math.floor(random() * 30);
      for (const [step, type] of life.entries()) {
        events.push(
          orderEvent({
            ...ofOrder,
            event_id: `${order_id}/${line}/${type}`,
            event_time: startMs + step * 700_000 + line * 10,
            type,
            order_id,
            line,
            merchant_id: `merchant ${product % 7}`,
            product_id: `product ${product}`,
            category: CATEGORIES[product % CATEGORIES.length] ?? null,
            quantity: 1 + Math.floor(random() * 5),
            amount_minor: Math.floor(random() * 100_000),
          }),
        );
      }
    }
  }
  return events;
}

/** Values that give no event, each in a way of its own; `event` is a sound one whose id nobody else has. */
export const SPOILERS: readonly ((event: OrderEvent, random: () => number) => string | Buffer | null)[] = [
  () => null,
  () => '',
  () => '[]',
  () => '17',
  (event, random) => {
    const text = JSON.stringify(event);
    return text.slice(0, 1 + Math.floor(random() * (text.length - 2)));
  },
  (event) => Buffer.from(JSON.stringify({ ...event, order_id: 'é' })).fill(0xff, 20, 22),
  (event) => JSON.stringify({ ...event, quantity: 'three' }),
  (event) => JSON.stringify({ ...event, amount_minor: true }),
  (event) => JSON.stringify({ ...event, event_time: {} }),
  (event) => JSON.stringify({ ...event, product_id: undefined }),
  (event) => JSON.stringify({ ...event, type: 'payed' }),
  (event) => JSON.stringify({ ...event, currency: 'XXX' }),
  (event) => JSON.stringify({ ...event, amount_minor: -5 }),
  (event) => JSON.stringify({ ...event, event_time: Date.now() + 3 * DAY_MS }),
];

export interface DisturbOptions {
  /** In their order of sending. */
  readonly events: readonly OrderEvent[];
  readonly partitions: number;
  /** Shares of the events: sent again (to any partition, later); sent again as another; that give no event. */
  readonly duplicates: number;
  readonly conflicts: number;
  readonly malformed: number;
  readonly random: () => number;
}

/**
 * Messages of events, each to a partition by chance, with others among them. A conflict follows what it contradicts in the
 * same partition and happened later, so that it is one whichever way the partitions come.
 */
export function disturbed(options: DisturbOptions): Message[] {
  const { events, partitions, duplicates, conflicts, malformed, random } = options;
  const anyPartition = (): number => Math.floor(random() * partitions);
  const messages: (Message & { readonly place: number })[] = [];
  const later = (place: number): number => place + random() * (events.length - place);
  for (const [place, event] of events.entries()) {
    const message = { partition: anyPartition(), key: String(event.order_id), value: JSON.stringify(event) };
    messages.push({ ...message, place });
    if (random() < duplicates) messages.push({ ...message, partition: anyPartition(), place: later(place) });
    if (random() < conflicts) {
      const other = { ...event, event_time: Number(event.event_time) + 1, quantity: 99 };
      messages.push({ ...message, value: JSON.stringify(other), place: later(place) });
    }
    if (random() < malformed) {
      const spoil = SPOILERS[Math.floor(random() * SPOILERS.length)]!;
      const value = spoil({ ...event, event_id: `${event.event_id}, spoiled` }, random);
      messages.push({ partition: anyPartition(), key: 'spoiled', value, place: later(place) });
    }
  }
  return messages.sort((a, b) => a.place - b.place).map(({ place: _, ...message }) => message);
}
