import { growBytes } from './in-shared-memory.ts';
import type { Schema } from './order-schema.ts';

/** Start of a text that is not there: the value is null. */
export const NO_TEXT = 0xffff_ffff;

/** Bytes that grow: the values of a batch's records, then texts that decoding made of them. */
export interface TextBytes {
  bytes: Uint8Array;
  /** Of the same bytes. */
  view: DataView;
  length: number;
}

/** Stretches of {@link TextBytes}, one per row; a start of {@link NO_TEXT} is null. */
export interface TextSpans {
  readonly start: Uint32Array;
  readonly end: Uint32Array;
}

/**
 * The records that a batch's rows came from, all of one partition. Rows are decoded from here; what is kept of a
 * record (the archive's texts of ids, a dead letter's bytes) is copied from here.
 */
export interface RecordColumns {
  readonly texts: TextBytes;
  /** The record's value, as it came; null for a tombstone. */
  readonly value: TextSpans;
  /** Position in the partition; exact, below 2^53. */
  readonly offset: Float64Array;
  /** Why the value could not be decoded, as an index into {@link decodeFailures}; 0 where it was. All columns of such a row are null. */
  readonly failure: Uint8Array;
  /** Id column → its text in UTF-8, also where it is too long for an id. */
  readonly ids: Readonly<Record<string, TextSpans>>;
}

/**
 * Why a record gives no event, in the order of their codes: 0 stands for decoded; then a record without value, one
 * that is no JSON, no object, and, per column of the schema, a value that is of no use there (`malformed:<column>`).
 */
export function decodeFailures(schema: Schema): readonly string[] {
  return [
    'decoded',
    'tombstone',
    'not_json',
    'not_an_object',
    ...schema.map(({ name }) => `malformed:${name}`),
  ];
}

/** Codes of {@link decodeFailures}; a column's is `MALFORMED` + its place in the schema. */
export const DECODED = 0;
export const TOMBSTONE = 1;
export const NOT_JSON = 2;
export const NOT_AN_OBJECT = 3;
export const MALFORMED = 4;

const FIRST_BYTES = 1 << 20;

/** Room for `capacity` records of `schema`. */
export function createRecordColumns(schema: Schema, capacity: number): RecordColumns {
  const ids = schema.filter(({ kind }) => kind === 'id64' || kind === 'id128');
  const bytes = new Uint8Array(FIRST_BYTES);
  return {
    texts: { bytes, view: new DataView(bytes.buffer), length: 0 },
    value: spans(capacity),
    offset: new Float64Array(capacity),
    failure: new Uint8Array(capacity),
    ids: Object.fromEntries(ids.map(({ name }) => [name, spans(capacity)])),
  };
}

/** Makes room for `more` bytes behind those that are there. */
export function reserveTexts(texts: TextBytes, more: number): void {
  if (texts.length + more <= texts.bytes.length) return;
  texts.bytes = growBytes(texts.bytes, texts.length + more);
  texts.view = new DataView(texts.bytes.buffer);
}

const spans = (capacity: number): TextSpans => ({
  start: new Uint32Array(capacity),
  end: new Uint32Array(capacity),
});
