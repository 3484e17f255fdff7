import type { OrderEvent } from '../engine/events/order-event.ts';
import { at, createRandom, orderEvent } from './builders.ts';

/**
 * The synthetic set: a few thousand events over fourteen months with what real files lack. Orders over midnight
 * and month end, days with a clock change in three zones, products that change category, buyers of many months,
 * duplicates, conflicts, ids that come back on another day, rejects of nearly every reason, null and empty keys,
 * equal rankings. A pure function of its seed.
 *
 * Conflicting payloads of one id never share an event time: then the engine's payload hash would decide, which
 * neither the oracle nor SQL knows.
 */
export const SYNTHETIC_SEED = 20_241_111;
export const SYNTHETIC_CURRENCY = 'USD';
export const SYNTHETIC_ZONES = ['America/New_York', 'Europe/London', 'Australia/Lord_Howe'] as const;

const FROM = at('2023-10-20T00:00:00Z');
const TO = at('2024-12-20T00:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Instants that orders crowd around: clock changes, and midnights at month ends, of the three zones. */
const CROWDED = [
  '2023-10-29T01:00:00Z', // London back
  '2023-11-01T00:00:00Z',
  '2023-11-01T04:00:00Z', // New York, month end
  '2023-11-05T06:00:00Z', // New York back
  '2024-01-01T05:00:00Z', // New York, year end
  '2024-02-29T13:00:00Z', // Lord Howe, into 1 March of a leap year
  '2024-03-01T05:00:00Z',
  '2024-03-10T07:00:00Z', // New York forward
  '2024-03-31T01:00:00Z', // London forward, the last day of its month
  '2024-04-06T15:00:00Z', // Lord Howe back by half an hour
  '2024-10-05T15:30:00Z', // Lord Howe forward by half an hour
  '2024-10-27T01:00:00Z', // London back
  '2024-11-03T06:00:00Z', // New York back
  '2024-11-11T05:00:00Z', // New York, the sale opens
].map(at);

const COUNTRIES = ['US', 'US', 'US', 'CA', 'GB', 'AU', null];
const REGIONS = ['NY', 'CA', 'São Paulo', '北京', '', null, null];
const CHANNELS = ['app', 'app', 'web', 'live_stream', 'mini_program', null];
const PAYMENT_METHODS = ['card', 'card', 'wallet', 'bank', 'cash_on_delivery', null];
const CATEGORIES = ['toys', 'books', 'garden', 'food', 'phones'];

/** Makes the events, in order of event time but for late copies; see the head of this file. */
export function syntheticEvents(seed: number = SYNTHETIC_SEED): OrderEvent[] {
  const random = createRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[], fallback: T): T => items[below(items.length)] ?? fallback;
  const chance = (share: number): boolean => random() < share;
  const events: OrderEvent[] = [];

  const categoryOf = (product: number, time: number): string | null => {
    if (product % 17 === 0) return null;
    const moved = product % 5 === 0 && time >= at('2024-06-15T00:00:00Z') ? 1 : 0;
    return CATEGORIES[(product + moved) % CATEGORIES.length] ?? null;
  };

  const addOrder = (order: number, placed: number): void => {
    const order_id =
      order % 40 === 0 ? `заказ-${order}-with-an-id-of-more-than-thirty-two-bytes` : `o${order}`;
    const shared = {
      order_id,
      buyer_id: chance(0.1) ? null : `buyer-${below(160)}`,
      country: pick<string | null>(COUNTRIES, null),
      region: pick<string | null>(REGIONS, null),
      channel: pick<string | null>(CHANNELS, null),
      payment_method: pick<string | null>(PAYMENT_METHODS, null),
      currency: SYNTHETIC_CURRENCY,
    };
    const lines = 1 + below(3);
    const fate = random();
    for (let line = 1; line <= lines; line++) {
      const product = below(70);
      const quantity = chance(0.02) ? 0 : 1 + below(5);
      const line_columns = {
        ...shared,
        line,
        product_id: `p${product}`,
        merchant_id: product % 13 === 0 ? null : `m${product % 11}`,
        quantity,
        amount_minor: chance(0.03) ? 0 : quantity * (99 + below(20_000)),
      };
      const step = (type: string, time: number, more: Partial<Record<string, number>> = {}): void => {
        const category = categoryOf(product, time);
        const event_id = `${order_id}/${line}/${type}`;
        events.push(orderEvent({ ...line_columns, category, type, event_id, event_time: time, ...more }));
      };
      // Lines are paid one after the other, so that orders around midnight are paid on two days.
      const paidAt = placed + 10_000 + line * below(12 * MINUTE) + below(1000);
      step('created', placed);
      if (fate < 0.08) {
        step('payment_failed', paidAt);
        continue;
      }
      if (fate < 0.13) {
        step('cancelled', paidAt);
        continue;
      }
      step('paid', paidAt);
      if (chance(0.4)) step('shipped', paidAt + HOUR + below(2 * DAY));
      if (chance(0.2)) step('delivered', paidAt + 3 * DAY + below(4 * DAY));
      if (chance(0.12)) {
        const share = chance(0.5) ? 1 : 0.5;
        const amount_minor = Math.floor(line_columns.amount_minor * share);
        step('refunded', paidAt + below(40 * DAY), { amount_minor });
      }
    }
  };

  let order = 0;
  for (let i = 0; i < 520; i++) addOrder(++order, FROM + below(TO - FROM));
  for (const instant of CROWDED) {
    for (let i = 0; i < 22; i++) addOrder(++order, instant - 3 * HOUR + below(6 * HOUR));
    for (let i = 0; i < 6; i++) addOrder(++order, instant - below(10 * MINUTE));
  }

  // Equal rankings: their order is by key.
  for (const [i, merchant_id] of ['twin-b', 'twin-a', 'Twin-C'].entries()) {
    const twin = { merchant_id, product_id: merchant_id, order_id: merchant_id, buyer_id: null };
    const event_time = FROM + i * DAY;
    events.push(orderEvent({ ...twin, event_time, amount_minor: 123_456, currency: SYNTHETIC_CURRENCY }));
  }

  const good = [...events];
  const copies: OrderEvent[] = [];
  for (const event of good) {
    const time = Number(event.event_time);
    if (chance(0.05)) copies.push(event);
    if (chance(0.005)) copies.push(event, event, event);
    if (chance(0.04)) copies.push(...conflictsOf(event, time, random));
    // The same id and payload but for the time, on another day: not a duplicate, as the scope is a day.
    if (chance(0.005)) copies.push({ ...event, event_time: time + 30 * HOUR });
  }
  return [...good, ...copies, ...rejects()].sort(byTime);
}

/** Other payloads of one id, earlier and later than it, each at a time of its own; some delivered twice. */
function conflictsOf(event: OrderEvent, time: number, random: () => number): OrderEvent[] {
  const other = (shift: number, parts: Partial<OrderEvent>): OrderEvent =>
    orderEvent({ ...event, ...(parts as OrderEvent), event_time: time + shift });
  const later = other(1 + Math.floor(random() * 600_000), { amount_minor: Number(event.amount_minor) + 7 });
  const earlier = other(-1 - Math.floor(random() * 600_000), { buyer_id: 'buyer-of-a-conflict' });
  const retyped = other(-700_000 - Math.floor(random() * 600_000), {
    type: 'paid',
    payment_method: 'wallet',
  });
  const draw = random();
  if (draw < 0.3) return [later];
  if (draw < 0.6) return [earlier];
  if (draw < 0.8) return [earlier, earlier, later];
  return [later, later, earlier, retyped, retyped, event];
}

/** Events to reject, each for one reason or for the first of several. */
function rejects(): OrderEvent[] {
  const time = at('2024-05-05T09:30:00Z');
  const bad: readonly Partial<Record<string, string | number | null>>[] = [
    { event_id: null },
    { event_time: null },
    { event_time: null, type: null },
    { type: null },
    { order_id: null },
    { line: null },
    { product_id: null },
    { product_id: null, amount_minor: -5 },
    { quantity: null },
    { amount_minor: null },
    { currency: null },
    { currency: null, type: 'gift' },
    { type: 'gift' },
    { type: 'PAID' },
    { type: '' },
    { type: 'gift', amount_minor: -1 },
    { amount_minor: -1 },
    { amount_minor: -1, quantity: -1 },
    { quantity: -1 },
    { quantity: -1, currency: 'EUR' },
    { amount_minor: 9_007_199_254_740_991 },
    { quantity: 2_147_483_647 },
    { currency: 'EUR' },
    { currency: 'usd' },
    { event_time: at('1601-01-01T00:00:00Z') },
    { event_time: at('9999-12-31T00:00:00Z') },
    { event_time: at('9999-12-31T00:00:00Z'), type: 'gift' },
  ];
  const spread = bad.map((parts, i) =>
    orderEvent({
      order_id: `bad-${i}`,
      event_id: `bad-${i}`,
      event_time: time + i * 5 * DAY,
      currency: SYNTHETIC_CURRENCY,
      ...(parts as OrderEvent),
    }),
  );
  // A reject takes no part in deduplication: the id stays free for a good event, even a later one.
  const good = orderEvent({
    order_id: 'after-a-reject',
    currency: SYNTHETIC_CURRENCY,
    event_time: time + 1000,
  });
  return [...spread, orderEvent({ ...good, event_time: time, amount_minor: -1 }), good];
}

function byTime(a: OrderEvent, b: OrderEvent): number {
  return Number(a.event_time ?? 0) - Number(b.event_time ?? 0) || Number(a.line ?? 0) - Number(b.line ?? 0);
}
