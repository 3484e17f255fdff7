import { expect, test } from 'vitest';
import { TOO_LONG_CODE } from '../dictionary.ts';
import { ORDER_SCHEMA } from '../order-schema.ts';
import { decodeFailures } from '../record-columns.ts';
import { createDecoding, rowOf } from './json-fixtures.ts';

const EVENT = {
  event_id: 'e-1',
  event_time: 1_762_819_200_123,
  type: 'paid',
  order_id: 'o-1',
  line: 1,
  buyer_id: null,
  merchant_id: 'm-7',
  product_id: 'p-9',
  category: '手机',
  quantity: 2,
  amount_minor: 12_345,
  currency: 'CNY',
  country: 'CN',
  region: '浙江',
  channel: 'app',
  payment_method: 'alipay',
};

const failureOf = (decoding: ReturnType<typeof createDecoding>, row = 0): string | undefined =>
  decodeFailures(ORDER_SCHEMA)[decoding.batch.records.failure[row] ?? -1];

test('an event as `gmv produce` sends it becomes its columns, in any order of keys and with any spaces', () => {
  const decoding = createDecoding();
  const reversed = Object.fromEntries(Object.entries(EVENT).reverse());
  decoding.decode([JSON.stringify(EVENT), JSON.stringify(reversed), JSON.stringify(EVENT, null, 3)]);
  for (const row of [0, 1, 2]) {
    expect(failureOf(decoding, row)).toBe('decoded');
    expect(rowOf(decoding, row)).toEqual(EVENT);
  }
});

test('absent is null, unknown fields are passed over, the last of equal keys counts', () => {
  const decoding = createDecoding();
  decoding.decode(['{"event_id":"a","extra":{"event_id":[1,{}]},"event_id":"b","line":4,"line":null}']);
  expect(rowOf(decoding, 0)).toEqual({
    ...Object.fromEntries(ORDER_SCHEMA.map(({ name }) => [name, null])),
    event_id: 'b',
  });
});

test.each([
  ['', 'not_json'],
  ['{"a":1}x', 'not_json'],
  ['\ufeff{}', 'not_json'],
  ['{"a":01}', 'not_json'],
  ['{"a":1,}', 'not_json'],
  ['{"a":"\t"}', 'not_json'],
  ['[{"event_id":"a"}]', 'not_an_object'],
  ['null', 'not_an_object'],
  [' "text" ', 'not_an_object'],
  ['{"quantity":"2"}', 'malformed:quantity'],
  ['{"event_id":{}}', 'malformed:event_id'],
  ['{"event_id":1.0}', 'malformed:event_id'],
  ['{"order_id":true}', 'malformed:order_id'],
  ['{"category":[]}', 'malformed:category'],
  ['{"category":1e3}', 'malformed:category'],
  ['{"event_id":"\\ud800"}', 'malformed:event_id'],
  ['{"country":[],"event_time":"now","event_id":"a"}', 'malformed:event_time'],
])('%s is refused as %s, and leaves nothing in its columns', (text, reason) => {
  const decoding = createDecoding();
  decoding.decode([text]);
  expect(failureOf(decoding)).toBe(reason);
  expect(Object.values(rowOf(decoding, 0)).every((value) => value === null)).toBe(true);
  expect(decoding.batch.eventId.every((lane) => lane[0] === 0)).toBe(true);
});

test('a refused row adds nothing to a dictionary, and a row after it is as ever', () => {
  const decoding = createDecoding();
  decoding.decode([JSON.stringify({ ...EVENT, quantity: [] }), null, JSON.stringify(EVENT)]);
  expect(failureOf(decoding)).toBe('malformed:quantity');
  expect(failureOf(decoding, 1)).toBe('tombstone');
  expect(rowOf(decoding, 2)).toEqual(EVENT);
  decoding.decode([JSON.stringify(EVENT)]);
  expect(failureOf(decoding)).toBe('decoded');
  const refused = createDecoding();
  refused.decode([JSON.stringify({ ...EVENT, quantity: [] })]);
  expect(refused.dictionaries.category?.size).toBe(1);
});

test('bytes that are no UTF-8 are no JSON, also where two records would make a character together', () => {
  const decoding = createDecoding();
  const whole = Buffer.from('{"category":"é"}');
  const cut = whole.indexOf(0xc3) + 1;
  decoding.decode([whole.subarray(0, cut), whole.subarray(cut), whole]);
  expect([0, 1, 2].map((row) => failureOf(decoding, row))).toEqual(['not_json', 'not_json', 'decoded']);
});

test('values that validation rejects itself come through: fractions, negative and huge numbers, long texts', () => {
  const decoding = createDecoding();
  const long = 'x'.repeat(1_025);
  decoding.decode([
    `{"line":1.5,"quantity":-3,"amount_minor":12345678901234567890,"event_id":"${long}","category":"${long}"}`,
    '{"line":1e400,"quantity":0.99999999999999999999,"amount_minor":12.00,"event_time":-0}',
  ]);
  expect(rowOf(decoding, 0)).toMatchObject({
    line: 0.5,
    quantity: -3,
    amount_minor: 12345678901234567000,
    event_id: long,
    category: TOO_LONG_CODE,
  });
  expect(decoding.batch.eventId.map((lane) => lane[0])).toEqual(Array(4).fill(0xffff_ffff));
  expect(rowOf(decoding, 1)).toMatchObject({
    line: Number.MAX_VALUE,
    quantity: 0.5,
    amount_minor: 12,
    event_time: 0,
  });
});

test('a value of 100 MB and one of a million open brackets are read like any other', () => {
  const decoding = createDecoding();
  const long = Buffer.alloc(100 << 20, 0x61);
  const depth = 1_000_000;
  decoding.decode([
    Buffer.concat([Buffer.from('{"event_id":"'), long, Buffer.from('","line":7}')]),
    `{"x":${'['.repeat(depth)}${']'.repeat(depth)},"line":8}`,
    `{"x":${'[{"x":'.repeat(depth)}`,
  ]);
  expect(decoding.batch.numbers.line?.slice(0, 2)).toEqual(Float64Array.of(7, 8));
  expect(decoding.batch.records.ids.event_id?.end[0]).toBe(13 + long.length);
  expect(failureOf(decoding, 2)).toBe('not_json');
});
