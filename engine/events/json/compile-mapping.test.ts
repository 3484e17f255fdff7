import { expect, test } from 'vitest';
import { ORDER_SCHEMA } from '../order-schema.ts';
import { compileMapping } from './compile-mapping.ts';
import { createDecoding, rowOf } from './json-fixtures.ts';
import { type JsonMapping, jsonMappingSettings } from './json-mapping.ts';

const compile = (mapping: JsonMapping) =>
  compileMapping({ schema: ORDER_SCHEMA, mapping, currencyDigits: 2 });

test.each<[JsonMapping, RegExp]>([
  [{ amount: 'x' }, /"amount", which is no column. There is event_id, /],
  [{ line: '' }, /mapping of line: `from` is no path/],
  [{ line: 'a..b' }, /mapping of line: `from` is no path/],
  [{ line: { from: ['a', -1] } }, /mapping of line: `from` is no path/],
  [{ line: { unit: 'ms' } }, /mapping of line: `unit` is "ms", which a column of kind integer has not/],
  [{ event_time: { unit: 'major' } }, /event_time: `unit` .*Use one of ms, seconds, us, ns, iso8601/],
  [{ currency: { constant: null } }, /mapping of currency: `constant` is null/],
  [
    { currency: { constant: 'CNY', from: 'c' } },
    /mapping of currency: `from` is of no use beside a constant/,
  ],
  [{ currency: { constant: 7 } }, /mapping of currency: `constant` does not fit the column. Give a text/],
  [{ quantity: { default: 1.5 } }, /mapping of quantity: `default` does not fit the column. Give an integer/],
  [{ category: { default: 'x'.repeat(1_025) } }, /mapping of category: `default` does not fit/],
  [{ order_id: { quoted: true } }, /mapping of order_id: `quoted` is for numbers/],
  [{ order_id: { values: {} } }, /mapping of order_id: `values` is for categories/],
  [{ type: { values: { paid: ['P'], created: ['P'] } } }, /type: `values` says that "P" is "paid" and that/],
])('a mistake is named by column and setting: %j', (mapping, message) => {
  expect(() => compile(mapping)).toThrow(message);
});

test('settings that nobody knows are refused as a file is read', () => {
  expect(jsonMappingSettings.safeParse({ line: 'a.b', region: ['x', 0], type: { from: 'y' } }).success).toBe(
    true,
  );
  expect(jsonMappingSettings.safeParse({ line: { form: 'a.b' } }).success).toBe(false);
  expect(jsonMappingSettings.safeParse({ line: { unit: 'cents' } }).success).toBe(false);
});

test('a stream with names, nesting and units of its own becomes orders', () => {
  const decoding = createDecoding({
    mapping: {
      event_id: ['meta', 'event.id'],
      event_time: { from: 'meta.at', unit: 'iso8601' },
      type: { from: 'meta\\.type', values: { paid: ['payment.succeeded'] } },
      order_id: 'order.number',
      line: { constant: 1 },
      buyer_id: 'order.buyer.id',
      product_id: 'order.items.0.sku',
      quantity: { from: 'order.items.0.pieces', quoted: true, default: 1 },
      amount_minor: { from: 'order.total', unit: 'major' },
      currency: { constant: 'EUR' },
      channel: { from: 'app', values: { app: ['true'], web: ['false'] } },
    },
  });
  const meta = { 'event.id': 77, at: '2025-11-11T00:00:00.5+08:00' };
  const order = {
    number: 12,
    total: '19.90',
    buyer: null,
    items: [{ sku: 'p-1', pieces: '3' }, { sku: 'p-2' }],
  };
  const event = { meta, order, 'meta.type': 'payment.succeeded', app: true };
  decoding.decode([
    JSON.stringify(event),
    JSON.stringify({ ...event, order: { ...order, items: [], total: 1e3 } }),
  ]);
  const expected = {
    event_id: '77',
    event_time: Date.UTC(2025, 10, 10, 16, 0, 0, 500),
    type: 'paid',
    order_id: '12',
    line: 1,
    buyer_id: null,
    merchant_id: null,
    product_id: 'p-1',
    category: null,
    quantity: 3,
    amount_minor: 1990,
    currency: 'EUR',
    country: null,
    region: null,
    channel: 'app',
    payment_method: null,
  };
  expect(rowOf(decoding, 0)).toEqual(expected);
  expect(rowOf(decoding, 1)).toEqual({ ...expected, product_id: null, quantity: 1, amount_minor: 100_000 });
});

test('an amount with more digits than its currency has is malformed, one with zeros there is not', () => {
  const decoding = createDecoding({ mapping: { amount_minor: { from: 'a', unit: 'major' } } });
  decoding.decode([
    '{"a":"12.345"}',
    '{"a":12.3400}',
    '{"a":"1,234.00"}',
    '{"a":".5"}',
    '{"a":"012"}',
    '{"a":" 1"}',
  ]);
  expect(Array.from(decoding.batch.records.failure.subarray(0, 6), Boolean)).toEqual([
    true,
    false,
    true,
    true,
    true,
    true,
  ]);
  expect(decoding.batch.numbers.amount_minor?.[1]).toBe(1234);
});
