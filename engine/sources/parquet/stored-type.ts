import type { SchemaElement } from 'hyparquet';

/** Parquet's types, each said in one of two ways: by a logical type, or by its predecessor, the converted type. */

/** Integers as they are; as text they are decimal digits. */
export interface IntegerReading {
  readonly as: 'integer';
  /** That a value may have. It is stored in 64, or in 32 where it may have fewer. */
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
}

export const isDecimal = ({ logical_type: logical, converted_type: converted }: SchemaElement): boolean =>
  logical?.type === 'DECIMAL' || converted === 'DECIMAL';

/**
 * How a column that is annotated in both ways is annotated differently: its values would be others by the one than by the
 * other. Writers that give both give the same (parquet-format, LogicalTypes.md). Null where they agree.
 */
export function contradiction(element: SchemaElement): string | null {
  const [logical, converted] = [logicalWords(element), convertedWords(element)];
  return logical === null || converted === null || logical === converted
    ? null
    : `${logical} and ${converted} at once`;
}

const TEXT_TYPES: readonly string[] = ['STRING', 'UTF8', 'ENUM', 'JSON', 'BSON'];

/** In the converted types' words; null where none has the same meaning. */
function logicalWords({ logical_type: logical }: SchemaElement): string | null {
  if (logical === undefined) return null;
  if (logical.type === 'DECIMAL') return decimalWords(logical);
  if (logical.type === 'TIME' || logical.type === 'TIMESTAMP') return `${logical.type}_${logical.unit}`;
  if (logical.type === 'INTEGER') return `${logical.isSigned ? '' : 'U'}INT_${logical.bitWidth}`;
  if (TEXT_TYPES.includes(logical.type)) return 'text';
  return logical.type === 'DATE' ? logical.type : null;
}

function convertedWords(element: SchemaElement): string | null {
  const { converted_type: converted } = element;
  if (converted === undefined) return null;
  if (converted === 'DECIMAL') return decimalWords(element);
  return TEXT_TYPES.includes(converted) ? 'text' : converted;
}

const decimalWords = ({
  precision,
  scale,
}: {
  readonly precision?: number;
  readonly scale?: number;
}): string => `DECIMAL(${precision},${scale ?? 0})`;

/** The type of columns that never had a value: pyarrow's null, Parquet's UNKNOWN. */
export const isNullType = ({ logical_type: logical }: SchemaElement): boolean => logical?.type === 'NULL';

const INTEGER_BITS = [8, 16, 32, 64] as const;

/** Integers that mean nothing but themselves; null for anything else. */
export function plainInteger(element: SchemaElement): IntegerReading | null {
  const { type, logical_type: logical, converted_type: converted } = element;
  if (type !== 'INT32' && type !== 'INT64') return null;
  const isSigned = logical?.type === 'INTEGER' ? logical.isSigned : converted?.startsWith('INT_');
  const isUnsigned = logical?.type === 'INTEGER' ? !logical.isSigned : converted?.startsWith('UINT_');
  const isBare = logical === undefined && converted === undefined;
  if (!isSigned && !isUnsigned && !isBare) return null;
  const said = logical?.type === 'INTEGER' ? logical.bitWidth : Number(converted?.split('_')[1] ?? 64);
  const bits = INTEGER_BITS.find((width) => width === said);
  if (bits === undefined) return null;
  const most = type === 'INT32' ? 32 : 64;
  return { as: 'integer', bits: most === 32 && bits < most ? bits : most, signed: !isUnsigned };
}

/** Units of a 64-bit timestamp in a millisecond; null where it isn't one. */
export function timestampUnits(element: SchemaElement): 1 | 1000 | 1_000_000 | null {
  const { type, logical_type: logical, converted_type: converted } = element;
  if (type !== 'INT64') return null;
  const unit = logical?.type === 'TIMESTAMP' ? logical.unit : undefined;
  if (unit === 'MILLIS' || converted === 'TIMESTAMP_MILLIS') return 1;
  if (unit === 'MICROS' || converted === 'TIMESTAMP_MICROS') return 1000;
  return unit === 'NANOS' ? 1_000_000 : null;
}

/** A stored type as a person would write it, for messages. */
export function describeType(element: SchemaElement): string {
  const { type, repetition_type: repetition, logical_type: logical, converted_type: converted } = element;
  if (type === undefined || repetition === 'REPEATED') return `nested (${converted ?? 'group'})`;
  if (isDecimal(element)) return decimalWords(element);
  const named = logical?.type === 'TIMESTAMP' ? `TIMESTAMP(${logical.unit})` : (logical?.type ?? converted);
  return named ? `${type} ${named}` : type;
}
