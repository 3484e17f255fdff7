import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GmvError } from '../errors.ts';
import { duckdbDialect, fractionOf } from '../export/duckdb-sql/duckdb-dialect.ts';
import { eventsSql } from '../export/duckdb-sql/prelude.ts';
import { literal } from '../export/sql/sql-text.ts';
import type { Plan } from '../plan/plan.ts';
import { openParquetFile } from '../sources/parquet/open-file.ts';
import type { TimedMessage } from './send-paced.ts';

export interface MessagesOfFilesOptions {
  /** Absolute paths of Parquet files. */
  readonly files: readonly string[];
  readonly schema: Plan['schema'];
  /** Most messages to give. */
  readonly limit: number;
}

/** What DuckDB keeps in memory while it sorts; the rest goes to a temporary folder. */
const MEMORY = '512MB';

/**
 * The rows of files as messages, by event time, then id. DuckDB makes the texts, as the Parquet source keeps hashes of
 * ids. They are read as they are taken.
 *
 * @throws GmvError `parquet_…` by file; `produce_files` where a number has a fraction, or DuckDB can't read it.
 */
export async function* messagesOfFiles(options: MessagesOfFilesOptions): AsyncGenerator<TimedMessage[]> {
  const { files, schema, limit } = options;
  const columns = schema.map(({ name }) => name);
  for (const path of files) await (await openParquetFile(path, schema, columns)).close();
  const spill = mkdtempSync(join(tmpdir(), 'gmv-produce-'));
  // Loading it takes a third of the command line's start, and most commands can do without.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: MEMORY, temp_directory: spill });
  const connection = await instance.connect();
  try {
    await connection.run(eventsSql({ schema, columns }, files));
    const result = await connection.stream(messagesSql(schema, limit));
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return;
      const [keys = [], values = [], times = []] = chunk.getColumns();
      yield values.map((value, i) => {
        const [key, time] = [keys[i] ?? null, times[i] ?? null];
        const timeMs = time === null ? Number.NaN : Number(time);
        return { key: key === null ? null : String(key), value: String(value), timeMs };
      });
    }
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof GmvError) throw cause;
    const remedy = 'Cast the column, or write the file again.';
    throw new GmvError('produce_files', cause.message.replace(/\.\s*$/, ''), remedy, { cause });
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(spill, { recursive: true, force: true });
  }
}

function messagesSql(schema: Plan['schema'], limit: number): string {
  const { identifier } = duckdbDialect;
  const fields = schema.map(({ name, kind }) => {
    const column = identifier(name);
    if (kind !== 'integer' && kind !== 'money') return `${column} := ${column}`;
    const message = literal(
      `${name} holds a number with a fraction, which is no integer of minor units or pieces`,
    );
    return `${column} := if(${fractionOf(name)}, error(${message}), ${column})`;
  });
  return `select order_id, to_json(struct_pack(${fields.join(', ')}))::varchar, event_time
from (select * from events order by event_time, event_id limit ${limit})`;
}
