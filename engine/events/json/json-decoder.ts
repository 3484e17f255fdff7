import { isUtf8 } from 'node:buffer';
import type { Dictionaries } from '../dictionary.ts';
import type { Schema } from '../order-schema.ts';
import type { RecordBatch, RecordDecoder } from '../record-batch.ts';
import {
  DECODED,
  NO_TEXT,
  NOT_JSON,
  type RecordColumns,
  reserveTexts,
  TOMBSTONE,
} from '../record-columns.ts';
import { compileMapping } from './compile-mapping.ts';
import { createDocumentLayouts } from './document-layouts.ts';
import { createDocumentReader } from './document-reader.ts';
import { createFillColumns } from './fill-columns.ts';
import type { JsonMapping } from './json-mapping.ts';
import { READ_BEYOND } from './scan-scalar.ts';
import { ABSENT, createTokens, ESCAPED, NO_UNICODE, TEXT, TOKEN_ROWS } from './tokens.ts';
import { appendUnescaped } from './unescape-text.ts';

export interface JsonDecoderOptions {
  readonly schema: Schema;
  readonly dictionaries: Dictionaries;
  readonly mapping: JsonMapping;
  /** Digits of the currency's minor unit (ISO 4217): 2 for CNY, 0 for JPY. */
  readonly currencyDigits: number;
  /** Reads every document as if none like it had come before: the same result, slowly. */
  readonly isGeneral?: boolean;
}

/**
 * Decodes JSON events as a mapping says. A record that is no UTF-8 or no JSON (RFC 8259, as `JSON.parse` takes it) is
 * `not_json`; one that is no object is `not_an_object`; a value of the wrong kind is `malformed:<column>`, and the row's
 * columns are null. What is null, too long, no integer or out of bounds is left to validation.
 *
 * @throws GmvError `mapping` that names the column and the setting.
 */
export function createJsonDecoder(options: JsonDecoderOptions): RecordDecoder {
  const { isGeneral = false } = options;
  const { columns, root, slotCount } = compileMapping(options);
  const tokens = createTokens(slotCount + 1);
  const reader = createDocumentReader({ root, tokens, spare: slotCount });
  const layouts = isGeneral ? null : createDocumentLayouts(tokens);
  const fillColumns = createFillColumns(columns, options.dictionaries);

  const readRow = (records: RecordColumns, row: number, tokenRow: number, isChecked: boolean): number => {
    const { texts, value } = records;
    const start = value.start[row]!;
    const end = value.end[row]!;
    if (start === NO_TEXT) return TOMBSTONE;
    if (!isChecked && !isUtf8(texts.bytes.subarray(start, end))) return NOT_JSON;
    if (layouts?.read(texts, start, end, tokenRow)) return DECODED;
    clearTokens(tokenRow);
    const failure = reader.read(texts, start, end, tokenRow);
    if (failure === DECODED) layouts?.learn(texts, start, end, reader.scalars);
    else clearTokens(tokenRow);
    return failure;
  };
  const clearTokens = (tokenRow: number): void => {
    for (let slot = 0; slot < slotCount; slot++) tokens.kind[slot * TOKEN_ROWS + tokenRow] = ABSENT;
  };

  /** Turns texts with escapes into texts without. */
  const unescapeTexts = ({ texts }: RecordColumns): void => {
    for (let at = tokens.kind.indexOf(ESCAPED); at >= 0; at = tokens.kind.indexOf(ESCAPED, at + 1)) {
      const start = texts.length;
      const isUnicode = appendUnescaped(texts, tokens.start[at]!, tokens.end[at]!, texts);
      tokens.kind[at] = isUnicode ? TEXT : NO_UNICODE;
      tokens.start[at] = start;
      tokens.end[at] = texts.length;
    }
  };

  const decodeRows = (batch: RecordBatch, from: number, to: number): void => {
    const { records } = batch;
    tokens.kind.fill(ABSENT);
    reserveTexts(records.texts, READ_BEYOND);
    const areUtf8 = areRowsUtf8(records, from, to);
    for (let row = from; row < to; row++) records.failure[row] = readRow(records, row, row - from, areUtf8);
    tokens.kind.fill(ABSENT, slotCount * TOKEN_ROWS);
    unescapeTexts(records);
    reserveTexts(records.texts, READ_BEYOND);
    fillColumns(batch, { records, tokens, base: from, count: to - from });
  };

  return {
    decode(batch, from, to) {
      for (let at = from; at < to; at += TOKEN_ROWS) decodeRows(batch, at, Math.min(to, at + TOKEN_ROWS));
    },
  };
}

/**
 * Whether all values of the rows are UTF-8, asked once: they are if the bytes from the first to the last are. One that
 * begins or ends within a character is not, but no JSON either.
 */
function areRowsUtf8({ texts, value }: RecordColumns, from: number, to: number): boolean {
  let first = NO_TEXT;
  let last = 0;
  for (let row = from; row < to; row++) {
    const start = value.start[row]!;
    if (start === NO_TEXT) continue;
    first = Math.min(first, start);
    last = Math.max(last, value.end[row]!);
  }
  return first === NO_TEXT || isUtf8(texts.bytes.subarray(first, last));
}
