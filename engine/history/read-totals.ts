import { type DuckDBConnection, INTEGER, VARCHAR } from '@duckdb/node-api';
import { GmvError } from '../errors.ts';
import type { Key } from '../figures/day-figures.ts';
import type { RollupContents } from './contents.ts';
import type { KeySeries, KeyTotals, SeriesRequest } from './history.ts';
import { quoted } from './history-file.ts';
import { readCurves } from './read-day.ts';
import { WHOLE_DAY } from './staged/count-rows.ts';
import { cellsTable, distinctTable } from './wide-tables.ts';

/** Day totals per key of one generation, added up by DuckDB. */
export async function readTotals(
  connection: DuckDBConnection,
  generation: number,
  { rollup, additive, distinct }: RollupContents,
): Promise<KeyTotals> {
  const sums = additive.map(({ metric }) => `, sum(${quoted(metric)})::DOUBLE`).join('');
  const counts = distinct.map(({ metric }) => `, ${quoted(metric)}::DOUBLE`).join('');
  const added = await connection.runAndReadAll(
    `SELECT key${sums} FROM ${quoted(cellsTable(rollup))} WHERE generation = $1 GROUP BY key`,
    [generation],
  );
  const counted = await connection.runAndReadAll(
    `SELECT key${counts} FROM ${quoted(distinctTable(rollup))} WHERE generation = $1 AND hour = ${WHOLE_DAY}`,
    [generation],
  );
  const index = new Map<Key, number>();
  for (const [key] of [...added.getRows(), ...counted.getRows()]) {
    if (!index.has(key as Key)) index.set(key as Key, index.size);
  }
  const spread = (rows: readonly unknown[][], column: number, metric: string): Float64Array => {
    const values = new Float64Array(index.size);
    for (const row of rows) {
      const value = row[column] as number;
      if (!Number.isSafeInteger(value)) throw beyondExact(metric, generation);
      values[index.get(row[0] as Key)!] = value;
    }
    return values;
  };
  return {
    keys: [...index.keys()],
    additive: new Map(additive.map(({ metric }, m) => [metric, spread(added.getRows(), m + 1, metric)])),
    distinct: new Map(distinct.map(({ metric }, m) => [metric, spread(counted.getRows(), m + 1, metric)])),
  };
}

const beyondExact = (metric: string, generation: number): GmvError =>
  new GmvError(
    'sum_too_large',
    `${metric} of a key in generation ${generation} passes 2^53`,
    'Lower limits.maxAmountMinor, or find the event with a wrong amount, and replay the day.',
  );

/** One key of one generation, slot by slot and hour by hour. */
export async function readSeries(
  connection: DuckDBConnection,
  { generation, key, slots, hours }: SeriesRequest,
  { rollup, additive, distinct }: RollupContents,
): Promise<KeySeries> {
  const parameters = [generation, key];
  const types = [INTEGER, VARCHAR];
  /** Rows of a bucket and the metrics; whole days are left out. */
  const select = async (table: string, bucket: string, metrics: readonly string[]): Promise<number[][]> => {
    const columns = metrics.map((name) => `, ${quoted(name)}::DOUBLE`).join('');
    const reader = await connection.runAndReadAll(
      `SELECT ${bucket}${columns} FROM ${quoted(table)} 
       WHERE generation = $1 AND key IS NOT DISTINCT FROM $2 AND ${bucket} <> ${WHOLE_DAY}`,
      parameters,
      types,
    );
    return reader.getRows() as number[][];
  };
  const cells = await select(
    cellsTable(rollup),
    'slot',
    additive.map(({ metric }) => metric),
  );
  const metrics = distinct.map(({ metric }) => metric);
  const counts = await select(distinctTable(rollup), 'hour', metrics);
  const dense = (rows: number[][], m: number, size: number): Float64Array => {
    const values = new Float64Array(size);
    for (const row of rows) values[row[0]!] = row[m + 1]!;
    return values;
  };
  const curves = distinct.some(({ curve }) => curve)
    ? await readCurves(connection, generation, rollup)
    : null;
  return {
    additive: new Map(additive.map(({ metric }, m) => [metric, dense(cells, m, slots)])),
    hourly: new Map(metrics.map((metric, m) => [metric, dense(counts, m, hours)])),
    newIdsByMinute: curves ?? new Map(),
  };
}
