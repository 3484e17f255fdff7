import type { OrderEvent } from '../engine/events/order-event.ts';
import { createRandom, orderLine } from '../test/builders.ts';

const DAY_MS = 86_400_000;

/** Orders of consecutive days, as many on each, in the currency of the tests' board; ascending by time. */
export function ordersOfDays(options: {
  readonly fromMs: number;
  readonly days: number;
  readonly perDay: number;
  readonly seed: number;
}): OrderEvent[] {
  const { fromMs, days, perDay, seed } = options;
  const random = createRandom(seed);
  const pick = <T>(of: readonly T[]): T | null => of[Math.floor(random() * of.length)] ?? null;
  return Array.from({ length: days * perDay }, (_, i) =>
    orderLine(random() < 0.2 ? ['created', 'paid', 'refunded'] : ['created', 'paid'], {
      // The last event of a line is minutes after the first, on the same day.
      event_time: fromMs + Math.floor(i / perDay) * DAY_MS + Math.floor(random() * (DAY_MS - 600_000)),
      order_id: `order-${fromMs}-${seed}-${i}`,
      buyer_id: `buyer-${Math.floor(random() * 50)}`,
      category: pick(['electronics', 'apparel', 'food']),
      country: pick(['CN', 'US', null]),
      amount_minor: Math.floor(random() * 100_000),
      currency: 'CNY',
    }),
  )
    .flat()
    .sort((a, b) => Number(a.event_time) - Number(b.event_time));
}
