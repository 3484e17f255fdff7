import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import type { Dictionaries } from '../../events/dictionary.ts';
import { appendEvent } from '../../events/encode-event.ts';
import { createEventBatch, type EventBatch } from '../../events/event-batch.ts';
import type { OrderEvent } from '../../events/order-event.ts';
import { ORDER_SCHEMA, type Schema } from '../../events/order-schema.ts';
import { openParquetFile } from './open-file.ts';
import { readRowGroup } from './read-row-group.ts';

/** For tests: files written and read by DuckDB, and the events of ours in one comparable form. */

export const ALL_COLUMNS = ORDER_SCHEMA.map(({ name }) => name);

/** A folder of the test's own, removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'gmv-parquet-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs statements in an in-memory DuckDB; the last one's rows, in JSON's types (64-bit integers are texts). */
export async function duckdb(...statements: string[]): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) {
      rows = (await connection.runAndReadAll(statement)).getRowObjectsJson();
    }
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Columns as plain arrays: numbers (null for NaN), texts of categories, hash words of ids. */
export type PlainColumns = Record<string, (number | string | null)[]>;

export function plainColumns(batches: readonly EventBatch[], dictionaries: Dictionaries): PlainColumns {
  const columns: PlainColumns = {};
  for (const batch of batches) {
    const push = (name: string, valueAt: (row: number) => number | string | null | undefined): void => {
      columns[name] ??= [];
      for (let row = 0; row < batch.length; row++) columns[name].push(valueAt(row) ?? null);
    };
    for (const [name, numbers] of Object.entries(batch.numbers)) {
      push(name, (row) => (Number.isNaN(numbers[row]) ? null : numbers[row]));
    }
    for (const [name, codes] of Object.entries(batch.categories)) {
      push(name, (row) => dictionaries[name]?.valueOf(codes[row] ?? 0));
    }
    for (const [name, { lo, hi }] of Object.entries(batch.ids)) {
      push(`${name} lo`, (row) => lo[row]);
      push(`${name} hi`, (row) => hi[row]);
    }
    for (const [i, lane] of batch.eventId.entries()) push(`event_id ${i}`, (row) => lane[row]);
  }
  return columns;
}

/** What the events are as columns by the edge's own way, one event at a time. */
export function expectedColumns(events: readonly OrderEvent[], schema: Schema = ORDER_SCHEMA): PlainColumns {
  const dictionaries = createDictionaries(schema, 1e6);
  const batch = createEventBatch(schema, Math.max(1, events.length));
  for (const event of events) appendEvent(batch, schema, dictionaries, event);
  return plainColumns([batch], dictionaries);
}

/** Every row of a file as the reader under test gives it. */
export async function readColumns(
  path: string,
  options: { columns?: readonly string[]; batchCapacity?: number; windowRows?: number } = {},
): Promise<PlainColumns> {
  const { columns = ALL_COLUMNS, batchCapacity, windowRows } = options;
  const file = await openParquetFile(path, ORDER_SCHEMA, columns);
  try {
    const dictionaries = createDictionaries(ORDER_SCHEMA, 1e6);
    const batches: EventBatch[] = [];
    for (const { index } of file.rowGroups) {
      const capacity = { batchCapacity, windowRows };
      const reading = { file, group: index, schema: ORDER_SCHEMA, columns, dictionaries, ...capacity };
      for await (const batch of readRowGroup(reading)) batches.push(batch);
    }
    return plainColumns(batches, dictionaries);
  } finally {
    await file.close();
  }
}
