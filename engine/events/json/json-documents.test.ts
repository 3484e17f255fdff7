import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashText } from '../hash.ts';
import { ORDER_SCHEMA } from '../order-schema.ts';
import { decodeFailures } from '../record-columns.ts';
import { MAX_TEXT_BYTES, TOO_LONG_LANE } from '../text-limit.ts';
import { createDecoding, type Decoding, rowOf } from './json-fixtures.ts';
import { type ExpectedRow, expectedRow } from './json-oracle.ts';
import { createRandom, createRandomDocuments } from './random-documents.ts';
import { TEST_MAPPINGS } from './test-mappings.ts';

/** `GMV_DOCUMENTS=10 npx vitest run engine/events/json` tries ten times as many; `GMV_SEED=n` repeats a failure. */
const DOCUMENTS = 1_000_000 * Number(process.env.GMV_DOCUMENTS ?? 1);
const SEED = Number(process.env.GMV_SEED ?? Date.now() % 1_000_000_007);
const BATCH = 1_024;
/** Hashes are compared in each so-manieth row: texts are in all. */
const HASHED = 8;

const failures = decodeFailures(ORDER_SCHEMA);
const lanes = new Uint32Array(4);

// The stack of each text that JSON.parse refuses would take half of the time.
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

/** What differs between a decoded row and what is expected; null: nothing. */
function difference(decoding: Decoding, row: number, expected: ExpectedRow): string | null {
  const { batch } = decoding;
  const failure = failures[batch.records.failure[row] ?? -1];
  if (failure !== expected.failure) return `${failure}, not ${expected.failure}`;
  const values = rowOf(decoding, row);
  for (const { name, kind } of ORDER_SCHEMA) {
    const [value, wanted] = [values[name] ?? null, expected.values[name] ?? null];
    if (!Object.is(value, wanted)) return `${name}: ${value}, not ${wanted}`;
    if ((kind !== 'id64' && kind !== 'id128') || row % HASHED !== 0) continue;
    const ids = batch.ids[name];
    const own = ids ? [ids.lo[row], ids.hi[row]] : batch.eventId.map((lane) => lane[row]);
    if (wanted === null) lanes.fill(0);
    else if (Buffer.byteLength(String(wanted)) > MAX_TEXT_BYTES) lanes.fill(TOO_LONG_LANE);
    else hashText(String(wanted), lanes);
    if (own.some((lane, i) => lane !== lanes[i])) return `${name} has another hash`;
  }
  return null;
}

/** All arrays of a batch that a decoder fills, by name. */
function columnsOf({ batch }: Decoding): Record<string, ArrayBufferView> {
  const { numbers, categories, ids, eventId, records } = batch;
  const columns: Record<string, ArrayBufferView> = { ...numbers, ...categories, failure: records.failure };
  for (const [i, lane] of eventId.entries()) columns[`eventId[${i}]`] = lane;
  for (const [name, { lo, hi }] of Object.entries(ids))
    Object.assign(columns, { [`${name}.lo`]: lo, [`${name}.hi`]: hi });
  for (const [name, { start, end }] of Object.entries(records.ids)) {
    Object.assign(columns, { [`${name}.start`]: start, [`${name}.end`]: end });
  }
  return columns;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

test.each(TEST_MAPPINGS)(
  'documents are decoded as JSON.parse and plain conversions do, with layouts and without: $name',
  ({ mapping, currencyDigits }) => {
    const documents = createRandomDocuments(mapping, createRandom(SEED));
    const decoding = createDecoding({ mapping, currencyDigits, capacity: BATCH });
    const general = createDecoding({ mapping, currencyDigits, capacity: BATCH, isGeneral: true });
    const seen = new Map<string, number>();
    for (let done = 0; done < DOCUMENTS / TEST_MAPPINGS.length; done += BATCH) {
      const values = Array.from({ length: BATCH }, () => documents.next());
      decoding.decode(values);
      general.decode(values);
      for (const [row, bytes] of values.entries()) {
        const expected = expectedRow(bytes, mapping, currencyDigits);
        seen.set(expected.failure, (seen.get(expected.failure) ?? 0) + 1);
        const other = difference(decoding, row, expected);
        if (other === null) continue;
        throw new Error(`GMV_SEED=${SEED}, document ${done + row} is ${other}:\n${Buffer.from(bytes)}`);
      }
      const others = columnsOf(general);
      for (const [name, column] of Object.entries(columnsOf(decoding))) {
        const other = others[name];
        if (other && bytesOf(other).equals(bytesOf(column))) continue;
        throw new Error(`GMV_SEED=${SEED}, after ${done} documents: ${name} differs without layouts`);
      }
    }
    for (const reason of [
      'decoded',
      'not_json',
      'not_an_object',
      'malformed:event_id',
      'malformed:quantity',
    ]) {
      expect(seen.get(reason) ?? 0, reason).toBeGreaterThan(DOCUMENTS / 10_000);
    }
  },
  600_000,
);
