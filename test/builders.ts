import type { OrderEvent } from '../engine/events/order-event.ts';

/** Columns to set on a built event; the others get small, valid defaults. */
export type EventParts = Readonly<Record<string, string | number | null>>;

/** Epoch ms of an ISO instant such as `2024-03-10T06:59:00Z`. */
export const at = (iso: string): number => Date.parse(iso);

/** One valid event: a paid line of 10.00 at noon UTC of 2024-05-01, no two alike without saying so. */
export function orderEvent(parts: EventParts = {}): OrderEvent {
  const order = String(parts.order_id ?? 'order-1');
  const line = Number(parts.line ?? 1);
  const type = String(parts.type ?? 'paid');
  return {
    event_id: `${order}/${line}/${type}`,
    event_time: at('2024-05-01T12:00:00Z'),
    type,
    order_id: order,
    line,
    buyer_id: 'buyer-1',
    merchant_id: 'merchant-1',
    product_id: 'product-1',
    category: 'toys',
    quantity: 1,
    amount_minor: 1000,
    currency: 'USD',
    country: 'US',
    region: 'NY',
    channel: 'web',
    payment_method: 'card',
    ...parts,
  };
}

/** One line of an order through the given types, a minute apart from `event_time` on. */
export function orderLine(types: readonly string[], parts: EventParts = {}): OrderEvent[] {
  const { event_time } = orderEvent(parts);
  return types.map((type, step) =>
    orderEvent({
      ...parts,
      type,
      event_time: event_time === null ? null : Number(event_time) + step * 60_000,
    }),
  );
}

/** The same events in an order of their own, the same for the same seed. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = createRandom(seed);
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [out[i], out[j]];
    if (a !== undefined && b !== undefined) [out[i], out[j]] = [b, a];
  }
  return out;
}

/** Mulberry32 (Tommy Ettinger, public domain): numbers in [0, 1), the same for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
