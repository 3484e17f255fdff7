import type { Schema } from '../events/order-schema.ts';
import { formatTable } from './text-table.ts';

/** What each kind of column may be in a Parquet file. */
const STORED: Readonly<Record<Schema[number]['kind'], string>> = {
  id128: 'string',
  id64: 'string',
  category: 'string',
  integer: 'int32 or int64',
  money: 'int64, minor units',
  time: 'timestamp, ms or µs',
};

/** The order event's columns as text. */
export function schemaTable(schema: Schema): string {
  const rows = schema.map(({ name, kind, nullable, about }) => [
    name,
    STORED[kind],
    nullable ? 'may be null' : 'required',
    about,
  ]);
  return formatTable({ head: ['Column', 'Stored as', 'Nulls', 'What it is'], rows, left: true });
}
