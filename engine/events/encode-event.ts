import type { Dictionaries } from './dictionary.ts';
import { columnOf, type EventBatch } from './event-batch.ts';
import { hashText } from './hash.ts';
import type { OrderEvent } from './order-event.ts';
import type { Schema } from './order-schema.ts';
import { MAX_TEXT_BYTES, TOO_LONG_LANE } from './text-limit.ts';

const lanes = new Uint32Array(4);

const asText = (value: string | number | null | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

const asNumber = (value: string | number | null | undefined): number =>
  typeof value === 'number' ? value : Number.NaN;

/** Appends one event to the batch (a missing column is null); throws a RangeError when the batch is full. */
export function appendEvent(
  batch: EventBatch,
  schema: Schema,
  dictionaries: Dictionaries,
  event: OrderEvent,
): void {
  const row = batch.length;
  if (row >= batch.capacity) throw new RangeError(`the batch holds ${batch.capacity} events already`);
  for (const { name, kind } of schema) {
    const value = event[name];
    if (kind === 'category') {
      columnOf(batch.categories, name)[row] = columnOf(dictionaries, name).codeOf(asText(value));
    } else if (kind === 'id64' || kind === 'id128') {
      const text = asText(value);
      if (text === null) lanes.fill(0);
      else if (Buffer.byteLength(text) > MAX_TEXT_BYTES) lanes.fill(TOO_LONG_LANE);
      else hashText(text, lanes);
      if (kind === 'id128') for (const [i, lane] of batch.eventId.entries()) lane[row] = lanes[i] ?? 0;
      else {
        const ids = columnOf(batch.ids, name);
        ids.lo[row] = lanes[0] ?? 0;
        ids.hi[row] = lanes[1] ?? 0;
      }
    } else {
      columnOf(batch.numbers, name)[row] = asNumber(value);
    }
  }
  batch.length = row + 1;
}
