import { expect, test } from 'vitest';
import { TOO_LONG_CODE } from '../dictionary.ts';
import { hashText } from '../hash.ts';
import { ORDER_SCHEMA } from '../order-schema.ts';
import { decodeFailures } from '../record-columns.ts';
import { MAX_TEXT_BYTES, TOO_LONG_LANE } from '../text-limit.ts';
import { createDecoding, type Decoding, rowOf } from './json-fixtures.ts';
import type { JsonMapping } from './json-mapping.ts';
import { expectedRow } from './json-oracle.ts';
import { createRandomDocuments } from './random-documents.ts';

/** `GMV_DOCUMENTS=10 npx vitest run engine/events/json` tries ten times as many; `GMV_SEED=n` repeats a failure. */
const DOCUMENTS = 1_000_000 * Number(process.env.GMV_DOCUMENTS ?? 1);
const SEED = Number(process.env.GMV_SEED ?? Date.now() % 1_000_000_007);
const BATCH = 1_024;

const MAPPINGS: Readonly<Record<string, JsonMapping>> = {
  'its own names': {},
  'nested, with text amounts, ISO times and other names': {
    event_id: ['meta', 'id'],
    event_time: { from: 'meta.at', unit: 'iso8601' },
    type: {
      from: 'payload.event.type',
      values: { paid: ['PAID', 'payment.succeeded', 'true'], created: [''] },
    },
    order_id: 'order.id',
    line: { from: 'order.lines.0.no', quoted: true },
    buyer_id: { from: 'order.buyer', default: 'guest' },
    merchant_id: 'a\\.b',
    product_id: 'order.lines.0.sku',
    category: 'order.lines.1',
    amount_minor: { from: 'order.total', unit: 'major' },
    currency: { constant: 'CNY' },
    country: { from: 'k', default: 'CN' },
    region: { constant: null },
    channel: 'order.channel',
    payment_method: 'order.channel',
  },
  seconds: { event_time: { unit: 'seconds', quoted: true }, amount_minor: { quoted: true } },
  microseconds: { event_time: { unit: 'us' }, quantity: { default: 1 }, amount_minor: { unit: 'major' } },
  nanoseconds: { event_time: { from: 'time.ns', unit: 'ns' }, type: { constant: 'paid' } },
};

/** Digits of the currency, by place in the list of mappings. */
const DIGITS = [2, 2, 0, 3, 2];

/** xorshift32 (Marsaglia). */
function createRandom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const failures = decodeFailures(ORDER_SCHEMA);
const lanes = new Uint32Array(4);

/** What differs between a decoded row and what is expected; null: nothing. */
function difference(
  decoding: Decoding,
  row: number,
  bytes: Uint8Array,
  expected: ReturnType<typeof expectedRow>,
) {
  const { batch } = decoding;
  const failure = failures[batch.records.failure[row] ?? -1];
  if (failure !== expected.failure) return `${failure}, not ${expected.failure}`;
  const values = rowOf(decoding, row);
  for (const { name, kind } of ORDER_SCHEMA) {
    const [value, wanted] = [values[name] ?? null, expected.values[name] ?? null];
    if (!Object.is(value, wanted)) return `${name}: ${value}, not ${wanted}`;
    if (kind !== 'id64' && kind !== 'id128') continue;
    const ids = batch.ids[name];
    const own = ids ? [ids.lo[row], ids.hi[row]] : batch.eventId.map((lane) => lane[row]);
    if (wanted === null) lanes.fill(0);
    else if (Buffer.byteLength(String(wanted)) > MAX_TEXT_BYTES) lanes.fill(TOO_LONG_LANE);
    else hashText(String(wanted), lanes);
    if (own.some((lane, i) => lane !== lanes[i])) return `${name} has another hash`;
  }
  return bytes.length >= 0 ? null : '';
}

test.each(Object.keys(MAPPINGS))(
  'documents of every kind are decoded as JSON.parse and plain conversions do: %s',
  (name) => {
    const mapping = MAPPINGS[name] ?? {};
    const place = Object.keys(MAPPINGS).indexOf(name);
    const currencyDigits = DIGITS[place] ?? 2;
    const documents = createRandomDocuments(mapping, createRandom(SEED + place));
    const decoding = createDecoding({ mapping, currencyDigits, capacity: BATCH });
    const seen = new Map<string, number>();
    for (let done = 0; done < DOCUMENTS / DIGITS.length; done += BATCH) {
      const values = Array.from({ length: BATCH }, () => documents.next());
      decoding.decode(values);
      for (const [row, bytes] of values.entries()) {
        const expected = expectedRow(bytes, mapping, currencyDigits);
        seen.set(expected.failure, (seen.get(expected.failure) ?? 0) + 1);
        const other = difference(decoding, row, bytes, expected);
        if (other === null) continue;
        throw new Error(
          `GMV_SEED=${SEED}, document ${done + row} is ${other}:\n${Buffer.from(bytes).toString()}`,
        );
      }
    }
    for (const reason of [
      'decoded',
      'not_json',
      'not_an_object',
      'malformed:event_id',
      'malformed:event_time',
    ]) {
      if (!name.startsWith('nano')) expect(seen.get(reason) ?? 0, reason).toBeGreaterThan(DOCUMENTS / 10_000);
    }
    console.log(name, Object.fromEntries(seen), TOO_LONG_CODE);
  },
  600_000,
);
