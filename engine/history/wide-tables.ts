import type { DuckDBConnection } from '@duckdb/node-api';
import { GmvError } from '../errors.ts';
import type { RollupContents } from './contents.ts';
import { quoted } from './history-file.ts';

export const cellsTable = (rollup: string): string => `cells_${rollup}`;
export const distinctTable = (rollup: string): string => `distinct_${rollup}`;

const TYPE_OF_BUCKET = { slot: 'USMALLINT', hour: 'SMALLINT' } as const;

/** The tables that have a BIGINT column per metric, and grow one when a new metric appears. */
export interface WideTables {
  /** All of them, for deleting generations. */
  names(): string[];
  /**
   * Makes the rollup's tables and columns where they are missing; a metric that a generation doesn't name stays NULL in
   * its rows: not computed.
   */
  ensure(contents: RollupContents): Promise<void>;
}

/** Reads which wide tables the file has; `connection` writes. */
export async function openWideTables(connection: DuckDBConnection): Promise<WideTables> {
  const columns = new Map<string, string[]>();
  const stored = await connection.runAndReadAll(
    `SELECT table_name, column_name FROM duckdb_columns()
     WHERE starts_with(table_name, 'cells_') OR starts_with(table_name, 'distinct_')
     ORDER BY table_name, column_index`,
  );
  for (const [table, name] of stored.getRows() as [string, string][]) {
    columns.set(table, [...(columns.get(table) ?? []), name]);
  }

  const ensureTable = async (table: string, bucket: 'slot' | 'hour', metrics: readonly string[]) => {
    let known = columns.get(table);
    if (!known) {
      const type = TYPE_OF_BUCKET[bucket];
      await connection.run(
        `CREATE TABLE ${quoted(table)} (generation INTEGER NOT NULL, key VARCHAR, ${bucket} ${type} NOT NULL)`,
      );
      known = ['generation', 'key', bucket];
      columns.set(table, known);
    }
    for (const metric of metrics) {
      if (known.some((name, i) => i > 2 && name === metric)) continue;
      if (known.some((name) => name.toLowerCase() === metric.toLowerCase())) {
        throw new GmvError(
          'metric_name',
          `history can't keep the metric ${metric}: ${table} has a column of that name`,
          'Give the metric another name.',
        );
      }
      await connection.run(`ALTER TABLE ${quoted(table)} ADD COLUMN ${quoted(metric)} BIGINT`);
      known.push(metric);
    }
  };

  return {
    names: () => [...columns.keys()],
    async ensure({ rollup, additive, distinct }) {
      const names = (figures: RollupContents['additive']) => figures.map(({ metric }) => metric);
      await ensureTable(cellsTable(rollup), 'slot', names(additive));
      await ensureTable(distinctTable(rollup), 'hour', names(distinct));
    },
  };
}
