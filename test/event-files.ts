import { writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { createOrderFileWriter } from '../engine/archive/order-file-writer.ts';
import type { OrderEvent } from '../engine/events/order-event.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';

/** Writes events as our own Parquet writer does. */
export async function writeOrderFile(
  path: string,
  events: readonly OrderEvent[],
  rowGroupRows = 500,
): Promise<void> {
  const writer = await createOrderFileWriter({ path, schema: ORDER_SCHEMA, rowGroupRows });
  const columns = Object.fromEntries(
    ORDER_SCHEMA.map(({ name }) => [name, events.map((event) => event[name] ?? null)]),
  );
  await writer.append(columns, events.length);
  await writer.close();
}

/** Column types that a user's file may have. */
export const DUCKDB_COLUMNS: Readonly<Record<string, string>> = {
  event_id: 'VARCHAR',
  event_time: 'BIGINT',
  type: 'VARCHAR',
  order_id: 'VARCHAR',
  line: 'INTEGER',
  buyer_id: 'VARCHAR',
  merchant_id: 'VARCHAR',
  product_id: 'VARCHAR',
  category: 'VARCHAR',
  quantity: 'INTEGER',
  amount_minor: 'BIGINT',
  currency: 'VARCHAR',
  country: 'VARCHAR',
  region: 'VARCHAR',
  channel: 'VARCHAR',
  payment_method: 'VARCHAR',
};

export interface DuckDbFileOptions {
  readonly path: string;
  readonly events: readonly OrderEvent[];
  /** Expressions over the events' columns, event_time in ms; default: all, event_time as timestamp in µs. */
  readonly select?: string;
  readonly copyOptions?: string;
}

const MICROSECONDS = '* replace (make_timestamp(event_time * 1000) as event_time)';

/** Writes events with DuckDB, another program's idea of Parquet. */
export async function writeDuckDbFile(options: DuckDbFileOptions): Promise<void> {
  const {
    path,
    events,
    select = MICROSECONDS,
    copyOptions = 'compression zstd, row_group_size 2048',
  } = options;
  const text = `${path}.ndjson`;
  writeFileSync(text, events.map((event) => JSON.stringify(event)).join('\n'));
  const columns = Object.entries(DUCKDB_COLUMNS).map(([name, type]) => `${name}: '${type}'`);
  const from = `read_json('${text}', format = 'newline_delimited', columns = {${columns.join(', ')}})`;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`copy (select ${select} from ${from}) to '${path}' (format parquet, ${copyOptions})`);
  connection.closeSync();
  instance.closeSync();
}
