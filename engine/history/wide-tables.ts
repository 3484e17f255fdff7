import {
  BIGINT,
  type DuckDBConnection,
  type DuckDBType,
  INTEGER,
  SMALLINT,
  USMALLINT,
  VARCHAR,
} from '@duckdb/node-api';
import { GmvError } from '../errors.ts';
import { type AppendColumn, appendRows } from './append-rows.ts';
import type { RollupContents } from './contents.ts';
import { quoted } from './history-file.ts';

const CELLS = { slot: USMALLINT, hour: null } as const;
const DISTINCT = { slot: null, hour: SMALLINT } as const;

export const cellsTable = (rollup: string): string => `cells_${rollup}`;
export const distinctTable = (rollup: string): string => `distinct_${rollup}`;

/** The tables that have a BIGINT column per metric, and grow one when a new metric appears. */
export interface WideTables {
  /** All of them, for deleting generations. */
  names(): string[];
  has(table: string): boolean;
  /** Makes the rollup's tables and columns where they are missing. */
  ensure(contents: RollupContents): Promise<void>;
  /** Appends rows column by column; a metric of the table that no column names stays NULL: not computed. */
  append(table: string, rows: number, columns: readonly AppendColumn[]): Promise<void>;
}

/** Reads which wide tables the file has; `connection` writes. */
export async function openWideTables(connection: DuckDBConnection): Promise<WideTables> {
  const columns = new Map<string, { name: string; type: DuckDBType }[]>();
  const stored = await connection.runAndReadAll(
    `SELECT table_name, column_name FROM duckdb_columns()
     WHERE starts_with(table_name, 'cells_') OR starts_with(table_name, 'distinct_')
     ORDER BY table_name, column_index`,
  );
  const typeOf = (name: string): DuckDBType =>
    name === 'generation' ? INTEGER : name === 'key' ? VARCHAR : name === 'slot' ? CELLS.slot : BIGINT;
  for (const [table, name] of stored.getRows() as [string, string][]) {
    const list = columns.get(table) ?? [];
    list.push({ name, type: name === 'hour' ? DISTINCT.hour : typeOf(name) });
    columns.set(table, list);
  }

  const ensureTable = async (table: string, bucket: 'slot' | 'hour', metrics: readonly string[]) => {
    let known = columns.get(table);
    if (!known) {
      const type = bucket === 'slot' ? CELLS.slot : DISTINCT.hour;
      await connection.run(
        `CREATE TABLE ${quoted(table)} (generation INTEGER NOT NULL, key VARCHAR, ${bucket} ${type} NOT NULL)`,
      );
      known = [
        { name: 'generation', type: INTEGER },
        { name: 'key', type: VARCHAR },
        { name: bucket, type },
      ];
      columns.set(table, known);
    }
    for (const metric of metrics) {
      if (known.some(({ name }, i) => i > 2 && name === metric)) continue;
      if (known.some(({ name }) => name.toLowerCase() === metric.toLowerCase())) {
        throw new GmvError(
          'metric_name',
          `history can't keep the metric ${metric}: ${table} has a column of that name`,
          'Give the metric another name.',
        );
      }
      await connection.run(`ALTER TABLE ${quoted(table)} ADD COLUMN ${quoted(metric)} BIGINT`);
      known.push({ name: metric, type: BIGINT });
    }
  };

  return {
    names: () => [...columns.keys()],
    has: (table) => columns.has(table),
    async ensure({ rollup, additive, distinct }) {
      const names = (figures: RollupContents['additive']) => figures.map(({ metric }) => metric);
      await ensureTable(cellsTable(rollup), 'slot', names(additive));
      await ensureTable(distinctTable(rollup), 'hour', names(distinct));
    },
    async append(table, rows, given) {
      const layout = (columns.get(table) ?? []).map(
        ({ name, type }): AppendColumn =>
          given.find((column) => column.name === name) ?? { name, type, at: () => null },
      );
      await appendRows(connection, table, rows, layout);
    },
  };
}
