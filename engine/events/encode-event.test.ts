import { expect, test } from 'vitest';
import { createDictionaries } from './create-dictionaries.ts';
import { appendEvent } from './encode-event.ts';
import { createEventBatch } from './event-batch.ts';
import { ORDER_SCHEMA } from './order-schema.ts';

test('an event becomes one row of columns; what is missing is null', () => {
  const dictionaries = createDictionaries(ORDER_SCHEMA, 100);
  const batch = createEventBatch(ORDER_SCHEMA, 2);
  appendEvent(batch, ORDER_SCHEMA, dictionaries, {
    event_id: 'e1',
    event_time: 5,
    type: 'paid',
    amount_minor: 250,
  });
  expect(batch.length).toBe(1);
  expect(batch.numbers.event_time?.[0]).toBe(5);
  expect(batch.numbers.amount_minor?.[0]).toBe(250);
  expect(batch.numbers.quantity?.[0]).toBeNaN();
  expect(dictionaries.type?.valueOf(batch.categories.type?.[0] ?? 0)).toBe('paid');
  expect(batch.categories.country?.[0]).toBe(0);
  expect(batch.ids.order_id?.lo[0]).toBe(0);
  expect(batch.eventId.some((lane) => lane[0] !== 0)).toBe(true);
});

test('a full batch refuses another event', () => {
  const batch = createEventBatch(ORDER_SCHEMA, 0);
  const dictionaries = createDictionaries(ORDER_SCHEMA, 1);
  expect(() => appendEvent(batch, ORDER_SCHEMA, dictionaries, {})).toThrow(RangeError);
});
