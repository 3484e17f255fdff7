import type { OrderEvent } from '../../engine/events/order-event.ts';
import { EVENT_TYPES } from '../../engine/events/order-schema.ts';

/**
 * The rows that every file of this folder holds, whoever wrote it and however: `make-with-python.py` and
 * `MakeWithParquetMr.java` follow the same formula. All integers below 2^53 but order_id, which is past it and
 * told as text; texts past ASCII, empty and long; times before 1970; nulls alone, in runs and nothing else.
 */
export const KNOWN_ROWS = 300;

/** A day less a millisecond. */
const STEP_MS = 86_399_999;

export function knownEvent(i: number): OrderEvent {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  return {
    event_id: `${hex(i, 8)}-00ab-4000-8000-${hex(i * 7919, 12)}`,
    event_time: i % 10 === 3 ? -1 - i * 1_234_567_891 : 1_600_000_000_000 + i * STEP_MS,
    type: EVENT_TYPES[i % 7] ?? '',
    order_id: i % 50 === 49 ? String(-i) : String(9_007_199_254_740_993n + BigInt(Math.floor(i / 3))),
    line: 1 + (i % 3),
    buyer_id: i % 4 === 0 ? null : i % 16 === 1 ? '' : `buyer-${i % 97}`,
    merchant_id: i % 5 === 2 ? null : String(i % 13),
    product_id: String(1000 + ((i * i) % 53)),
    category: [null, '书', 'Bücher', 'toys', '', '🎁 gift', 'long '.repeat(40)][i % 7] ?? null,
    quantity: (i * 13) % 1000,
    amount_minor: i % 10 === 1 ? Number.MAX_SAFE_INTEGER : i * 829_348_951,
    currency: 'CNY',
    country: i % 2 === 0 ? 'CN' : 'DE',
    region: null,
    channel: i < 150 ? 'app' : 'web',
    payment_method: i % 3 === 0 ? null : i < 100 ? 'card' : 'cash',
  };
}

/** All of them; columns that a file lacks are null. */
export function knownEvents(rows = KNOWN_ROWS, lacks: readonly string[] = []): OrderEvent[] {
  const nulls = Object.fromEntries(lacks.map((name) => [name, null]));
  return Array.from({ length: rows }, (_, i) => ({ ...knownEvent(i), ...nulls }));
}
