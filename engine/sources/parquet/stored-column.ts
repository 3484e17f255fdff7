import type { ColumnMetaData, SchemaElement } from 'hyparquet';
import type { ColumnDefinition } from '../../events/order-schema.ts';

/** How a column's stored values become ours. */
export type Reading =
  /** UTF-8 bytes, to be hashed or coded. */
  | { readonly as: 'text' }
  /** 32- or 64-bit integers as they are. */
  | { readonly as: 'integer'; readonly bits: 32 | 64; readonly signed: boolean }
  /** 64-bit timestamps, floored to milliseconds. */
  | { readonly as: 'timestamp'; readonly unitsPerMs: 1 | 1000 | 1_000_000 }
  /** 96-bit timestamps (nanoseconds of the day, Julian day), as older Spark, Hive and Impala write them. */
  | { readonly as: 'int96' };

/** One column of our schema as one file stores it. */
export interface StoredColumn {
  readonly definition: ColumnDefinition;
  /** Position of its chunk in every row group. */
  readonly leaf: number;
  readonly element: SchemaElement;
  /** Whether its pages carry definition levels. */
  readonly optional: boolean;
  readonly reading: Reading;
}

/** Where a column chunk lies in its file; its dictionary, if any, comes first. */
export function placeOf(chunk: ColumnMetaData): { readonly start: number; readonly length: number } {
  const dictionaryAt = Number(chunk.dictionary_page_offset ?? 0n);
  const dataAt = Number(chunk.data_page_offset);
  const start = dictionaryAt > 0 && dictionaryAt < dataAt ? dictionaryAt : dataAt;
  return { start, length: Number(chunk.total_compressed_size) };
}

/** The reading of a column of this kind, or what is wrong with how it is stored. */
export function readingOf(
  kind: ColumnDefinition['kind'],
  element: SchemaElement,
): Reading | { readonly wrong: string } {
  if (kind === 'time') return timeReading(element);
  if (kind === 'integer' || kind === 'money') return integerReading(element);
  const { type, logical_type: logical, converted_type: converted } = element;
  const text = logical === undefined || logical.type === 'STRING' || logical.type === 'ENUM';
  if (type === 'BYTE_ARRAY' && (text || converted === 'UTF8')) return { as: 'text' };
  return { wrong: 'a string (VARCHAR) is needed' };
}

function timeReading({
  type,
  logical_type: logical,
  converted_type: converted,
}: SchemaElement): Reading | { wrong: string } {
  const unit = logical?.type === 'TIMESTAMP' ? logical.unit : undefined;
  if (type === 'INT96') return { as: 'int96' };
  if (type === 'INT64') {
    if (unit === 'MILLIS' || converted === 'TIMESTAMP_MILLIS') return { as: 'timestamp', unitsPerMs: 1 };
    if (unit === 'MICROS' || converted === 'TIMESTAMP_MICROS') return { as: 'timestamp', unitsPerMs: 1000 };
    if (unit === 'NANOS') return { as: 'timestamp', unitsPerMs: 1_000_000 };
  }
  return { wrong: 'a TIMESTAMP is needed (milli-, micro- or nanoseconds)' };
}

function integerReading({
  type,
  scale,
  logical_type: logical,
  converted_type: converted,
}: SchemaElement): Reading | { wrong: string } {
  const wrong = { wrong: 'an INTEGER or BIGINT is needed (amounts in minor units)' };
  if (type !== 'INT32' && type !== 'INT64') return wrong;
  const bits = type === 'INT32' ? 32 : 64;
  const isDecimal = logical?.type === 'DECIMAL' || converted === 'DECIMAL';
  const isInteger = logical?.type === 'INTEGER' || converted?.startsWith('INT_') === true;
  const isUnsigned =
    (logical?.type === 'INTEGER' && !logical.isSigned) || converted?.startsWith('UINT_') === true;
  const isBare = logical === undefined && converted === undefined;
  if (isDecimal && (scale ?? 0) !== 0) return wrong;
  if (!isDecimal && !isInteger && !isUnsigned && !isBare) return wrong;
  return { as: 'integer', bits, signed: !isUnsigned };
}

/** A stored type as a person would write it, for messages. */
export function describeType(element: SchemaElement): string {
  const {
    type,
    repetition_type: repetition,
    logical_type: logical,
    converted_type: converted,
    precision,
    scale,
  } = element;
  if (type === undefined || repetition === 'REPEATED') return `nested (${converted ?? 'group'})`;
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') return `DECIMAL(${precision},${scale ?? 0})`;
  const named = logical?.type === 'TIMESTAMP' ? `TIMESTAMP(${logical.unit})` : (logical?.type ?? converted);
  return named ? `${type} ${named}` : type;
}
