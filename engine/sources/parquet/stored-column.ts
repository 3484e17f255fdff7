import type { CompressionCodec, SchemaElement } from 'hyparquet';
import type { ColumnDefinition } from '../../events/order-schema.ts';
import { type IntegerReading, isDecimal, plainInteger, timestampUnits } from './stored-type.ts';

/** How a column's stored values become ours. */
export type Reading =
  /** UTF-8 bytes behind their lengths, to be hashed or coded. */
  | { readonly as: 'text' }
  /** Texts that are all of one length. */
  | { readonly as: 'fixed_text'; readonly length: number }
  /** 16 bytes; as text they are the canonical one, in lower case. */
  | { readonly as: 'uuid' }
  | IntegerReading
  | DecimalReading
  /** 64-bit timestamps, floored to milliseconds. */
  | { readonly as: 'timestamp'; readonly unitsPerMs: 1 | 1000 | 1_000_000 }
  /** 96-bit timestamps (nanoseconds of the day, Julian day), as older Spark, Hive and Impala write them. */
  | { readonly as: 'int96' }
  /** A column without any value, of whatever type. */
  | { readonly as: 'nulls' };

/** Decimals: unscaled integers as little-endian words, or as big-endian bytes of one or of any length. */
export interface DecimalReading {
  readonly as: 'decimal';
  readonly stored: 'words' | 'fixed' | 'binary';
  /** Bytes of a value; 0 where each has its own. */
  readonly length: number;
  /** Digits behind the point. */
  readonly scale: number;
}

/** One column of our schema as one file stores it. */
export interface StoredColumn {
  readonly definition: ColumnDefinition;
  readonly element: SchemaElement;
  /** Whether its pages carry definition levels. */
  readonly optional: boolean;
  readonly reading: Reading;
  /** Its chunk in each row group. */
  readonly chunks: readonly StoredChunk[];
}

/** Where a column chunk lies in its file, in bytes, and how its pages are compressed. */
export interface StoredChunk {
  readonly start: number;
  readonly length: number;
  readonly codec: CompressionCodec;
  /** Every value is an entry of its dictionary, as the footer says. */
  readonly isCoded: boolean;
}

interface Wrong {
  readonly wrong: string;
}

/** Columns whose values come from a vocabulary: a number there is a mistake, not an id. */
export const WORD_COLUMNS: readonly string[] = ['type', 'currency'];

/** The reading of a column, or what is wrong with how it is stored and what to do about it. */
export function readingOf({ name, kind }: ColumnDefinition, element: SchemaElement): Reading | Wrong {
  if (kind === 'time') return timeReading(element);
  if (kind === 'integer' || kind === 'money') return numberReading(name, kind, element);
  return textReading(name, element);
}

function textReading(name: string, element: SchemaElement): Reading | Wrong {
  const { type, type_length: length, logical_type: logical, converted_type: converted } = element;
  const isBare = logical === undefined && converted === undefined;
  const isText =
    isBare || ['STRING', 'ENUM', 'JSON'].includes(logical?.type ?? '') || isTextBefore(converted);
  if (type === 'BYTE_ARRAY' && isText) return { as: 'text' };
  if (type === 'FIXED_LEN_BYTE_ARRAY' && isText && length) return { as: 'fixed_text', length };
  if (type === 'FIXED_LEN_BYTE_ARRAY' && logical?.type === 'UUID' && length === 16) return { as: 'uuid' };
  if (WORD_COLUMNS.includes(name)) return { wrong: 'a string (VARCHAR) is needed' };
  const wrong = { wrong: 'a string (VARCHAR) is needed, an integer or a UUID: cast it' };
  const number = plainInteger(element) ?? decimalReading(element) ?? wrong;
  return 'as' in number && number.as === 'decimal' && number.scale !== 0 ? wrong : number;
}

const isTextBefore = (converted: string | undefined): boolean =>
  converted === 'UTF8' || converted === 'ENUM' || converted === 'JSON';

function timeReading(element: SchemaElement): Reading | Wrong {
  if (element.type === 'INT96') return { as: 'int96' };
  const unitsPerMs = timestampUnits(element);
  if (unitsPerMs !== null) return { as: 'timestamp', unitsPerMs };
  const remedy = plainInteger(element)
    ? ': say which unit its integers have, as by make_timestamp_ms(x) in DuckDB'
    : '';
  return { wrong: `a TIMESTAMP is needed (milli-, micro- or nanoseconds)${remedy}` };
}

function numberReading(name: string, kind: 'integer' | 'money', element: SchemaElement): Reading | Wrong {
  const reading = plainInteger(element) ?? decimalReading(element);
  if (reading) return reading;
  const what = `an INTEGER, BIGINT or DECIMAL is needed${kind === 'money' ? ' (amounts in minor units)' : ''}`;
  const isFloat = element.type === 'FLOAT' || element.type === 'DOUBLE';
  return { wrong: isFloat ? `${what}: a float is not exact, round ${name} and cast it to BIGINT` : what };
}

function decimalReading(element: SchemaElement): Reading | null {
  if (!isDecimal(element)) return null;
  const { type, type_length: fixed, logical_type: logical } = element;
  const scale = (logical?.type === 'DECIMAL' ? logical.scale : element.scale) ?? 0;
  if (!(scale >= 0 && scale <= 76)) return null;
  const common = { as: 'decimal', scale } as const;
  if (type === 'INT32') return { ...common, stored: 'words', length: 4 };
  if (type === 'INT64') return { ...common, stored: 'words', length: 8 };
  if (type === 'BYTE_ARRAY') return { ...common, stored: 'binary', length: 0 };
  return type === 'FIXED_LEN_BYTE_ARRAY' && fixed ? { ...common, stored: 'fixed', length: fixed } : null;
}
