import { isUtf8 } from 'node:buffer';
import { expect, test } from 'vitest';
import { ORDER_SCHEMA } from '../order-schema.ts';
import { createRecordBatch } from '../record-batch.ts';
import { DECODED } from '../record-columns.ts';
import { compileMapping } from './compile-mapping.ts';
import { createDocumentLayouts } from './document-layouts.ts';
import { createDocumentReader } from './document-reader.ts';
import { putRecords } from './json-fixtures.ts';
import type { JsonMapping } from './json-mapping.ts';
import { createRandom, createRandomDocuments } from './random-documents.ts';
import { TEST_MAPPINGS } from './test-mappings.ts';
import { ABSENT, createTokens, TOKEN_ROWS } from './tokens.ts';

const SEED = Number(process.env.GMV_SEED ?? Date.now() % 1_000_000_007);

/** Reads one document after the other by its layout, and says what was found, or null where it is not known. */
function createReading(mapping: JsonMapping) {
  const { root, slotCount } = compileMapping({ schema: ORDER_SCHEMA, mapping, currencyDigits: 2 });
  const tokens = createTokens(slotCount + 1);
  const reader = createDocumentReader({ root, tokens, spare: slotCount });
  const layouts = createDocumentLayouts(tokens);
  const batch = createRecordBatch(ORDER_SCHEMA, 1);
  const { texts } = batch.records;
  const found = (): unknown[] =>
    Array.from({ length: slotCount }, (_, slot) => {
      const at = slot * TOKEN_ROWS;
      return tokens.kind[at] === ABSENT ? null : [tokens.kind[at], tokens.start[at], tokens.end[at]];
    });
  return {
    read(bytes: Uint8Array) {
      putRecords(batch, [bytes]);
      tokens.kind.fill(ABSENT);
      const byLayout = layouts.read(texts, 0, texts.length, 0) ? found() : null;
      tokens.kind.fill(ABSENT);
      const failure = isUtf8(bytes) ? reader.read(texts, 0, texts.length, 0) : -1;
      const byReader = failure === DECODED ? found() : null;
      if (failure === DECODED) layouts.learn(texts, 0, texts.length, reader.scalars);
      return { byLayout, byReader };
    },
  };
}

const readAll = (documents: readonly string[], mapping: JsonMapping = {}) => {
  const reading = createReading(mapping);
  return documents.map((text) => reading.read(Buffer.from(text)));
};

test.each(TEST_MAPPINGS)(
  'what is read by a layout is what a full reading finds, and it often is: $name',
  ({ mapping }) => {
    const documents = createRandomDocuments(mapping, createRandom(SEED));
    const reading = createReading(mapping);
    let known = 0;
    for (let i = 0; i < 20_000; i++) {
      const bytes = documents.next();
      const { byLayout, byReader } = reading.read(bytes);
      if (byLayout === null || !isUtf8(bytes)) continue;
      known++;
      expect(byLayout, `GMV_SEED=${SEED}, document ${i}: ${Buffer.from(bytes)}`).toEqual(byReader);
    }
    expect(known).toBeGreaterThan(4_000);
  },
);

test('a layout is known from the second document on, whatever its scalars and spaces', () => {
  const known = readAll([
    '{ "event_id":"a" ,"x":{"y":[1,true]},"line":2}',
    '{ "event_id":"\\u0061" ,"x":{"y":["z",-1.5e3]},"line":null}',
    '{ "event_id":1 ,"x":{"y":["z",0]},"line":{}}',
    '{ "event_id":1,"x":{"y":["z",0]},"line":3}',
    '{"event_id":[1]}',
    '{"event_id":[2]}',
  ]).map(({ byLayout }) => byLayout !== null);
  expect(known).toEqual([false, true, false, false, false, false]);
});

test('documents that begin alike are told apart, also where one goes on as another ends', () => {
  const documents = [
    '{"x":1}',
    '{"x":[1]}',
    '{"x":[]}',
    '{"x":{"line":1}}',
    '{"x":1,"line":2}',
    '{"x":1 }',
    '{}',
  ];
  const results = readAll([...documents, ...documents]);
  for (const { byLayout, byReader } of results.slice(documents.length)) expect(byLayout).toEqual(byReader);
});

test('nothing is learned from a document in which a key on a path comes twice', () => {
  const twice = ['{"a":{"line":1},"a":{"x":2}}', '{"line":1,"line":2}', '{"line":1,"l\\u0069ne":{}}'];
  for (const text of twice) {
    const mapping = { line: text.includes('"a"') ? 'a.line' : 'line' };
    expect(readAll([text, text], mapping)[1]?.byLayout).toBeNull();
  }
});

test('among layouts without end one that comes again is known', () => {
  const reading = createReading({});
  const plain = (i: number): Buffer => Buffer.from(`{"line":${i}}`);
  let known = 0;
  for (let i = 0; i < 30_000; i++) {
    reading.read(Buffer.from(`{"key${i}":1,"line":2}`));
    if (reading.read(plain(i)).byLayout !== null) known++;
  }
  expect(known).toBeGreaterThan(29_000);
});
