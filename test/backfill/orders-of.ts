import type { OrderEvent } from '../../engine/events/order-event.ts';
import { createRandom, orderLine } from '../builders.ts';

const DAY_MS = 86_400_000;

/** Orders of some days from an instant on; a few in every hour, with duplicates. */
export function ordersOf(fromMs: number, days: number, perDay: number, seed = 1): OrderEvent[] {
  const random = createRandom(seed);
  return Array.from({ length: days * perDay }, (_, i) => {
    const event_time = fromMs + Math.floor(random() * days * DAY_MS);
    const types = random() < 0.2 ? ['created', 'paid', 'refunded'] : ['created', 'paid'];
    const lines = orderLine(types, {
      event_time,
      order_id: `order-${seed}-${i}`,
      buyer_id: `buyer-${Math.floor(random() * 50)}`,
      category: ['toys', 'books', 'food'][Math.floor(random() * 3)] ?? 'toys',
      country: ['US', 'CA', null][Math.floor(random() * 3)] ?? null,
      amount_minor: Math.floor(random() * 100_000),
    });
    const [first] = lines;
    return first && random() < 0.05 ? [...lines, first] : lines;
  })
    .flat()
    .sort((a, b) => Number(a.event_time) - Number(b.event_time));
}
