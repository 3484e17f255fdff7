import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnDefinition, Schema } from '../../events/order-schema.ts';
import { literal } from '../../export/sql/sql-text.ts';
import { syncFolder } from '../../sync-folder.ts';
import { ourName } from './given-value.ts';
import { brokenLines } from './inspect-foreign-file.ts';

export interface ConvertForeignFileOptions {
  readonly connection: DuckDBConnection;
  /** From `openMapped`. */
  readonly query: string;
  readonly path: string;
  /** What the look counted. */
  readonly rows: number;
  readonly schema: Schema;
  /** Where it is written, on the way and at last; in one folder. */
  readonly part: string;
  readonly target: string;
}

/** DuckDB's own size of a row group. */
const ROW_GROUP_ROWS = 122_880;

/**
 * Writes a foreign file's rows as Parquet in our columns, by event time, so that its row groups are told apart by day.
 * A broken line is a row of nulls: the pipeline rejects and counts it. After a crash there is nothing, or the whole file.
 * Returns how many rows were written.
 *
 * @throws GmvError `foreign_file`; Error of DuckDB or the file system.
 */
export async function convertForeignFile(options: ConvertForeignFileOptions): Promise<number> {
  const { connection, query, path, rows, schema, part, target } = options;
  try {
    let written = await copy(`from (${query})`);
    const broken = await brokenLines(connection, path);
    if (broken.rows > 0 && written < rows) {
      // Known only now: they are few, and seldom.
      const nulls = schema.map((column) => `null::${typeOf(column)} as ${ourName(column.name)}`);
      written = await copy(
        `from (select ${schema.map(({ name }) => ourName(name)).join(', ')} from (${query})
          union all select ${nulls.join(', ')} from range(${broken.rows}))`,
      );
    }
    const handle = await open(part, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, target);
    await syncFolder(dirname(target));
    return written;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }

  async function copy(from: string): Promise<number> {
    const columns = schema.map((column) => `${storedOf(column)} as ${ourName(column.name)}`);
    const result = await connection.runAndReadAll(
      `copy (select ${columns.join(', ')} ${from} order by event_time nulls last, event_id)
        to ${literal(part)} (format parquet, compression zstd, row_group_size ${ROW_GROUP_ROWS}, use_tmp_file false)`,
    );
    return Number(result.getRows()[0]?.[0] ?? 0);
  }
}

const typeOf = ({ kind }: ColumnDefinition): string =>
  kind === 'integer' || kind === 'money' || kind === 'time' ? 'bigint' : 'varchar';

function storedOf(column: ColumnDefinition): string {
  const name = ourName(column.name);
  return column.kind === 'time' ? `make_timestamp(${name} * 1000)` : `${name}::${typeOf(column)}`;
}
