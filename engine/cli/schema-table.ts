import type { Schema } from '../events/order-schema.ts';
import { WORD_COLUMNS } from '../sources/parquet/stored-column.ts';
import { formatTable } from './text-table.ts';

/** What each kind of column may be in a Parquet file. */
const STORED: Readonly<Record<Schema[number]['kind'], string>> = {
  id128: 'string, integer or UUID',
  id64: 'string, integer or UUID',
  category: 'string, integer or UUID',
  integer: 'integer or DECIMAL',
  money: 'integer or DECIMAL, minor units',
  time: 'timestamp or INT96',
};

/** The order event's columns as text. */
export function schemaTable(schema: Schema): string {
  const rows = schema.map(({ name, kind, nullable, about }) => [
    name,
    WORD_COLUMNS.includes(name) ? 'string' : STORED[kind],
    nullable ? 'may be null' : 'required',
    about,
  ]);
  return formatTable({ head: ['Column', 'Stored as', 'Nulls', 'What it is'], rows, left: true });
}
