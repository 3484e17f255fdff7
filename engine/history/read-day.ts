import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type {
  AdditiveCells,
  DistinctFigures,
  IdentitySets,
  Key,
  RollupFigures,
} from '../figures/day-figures.ts';
import type { RollupContents } from './contents.ts';
import type { KeyIdentity } from './history.ts';
import { quoted } from './history-file.ts';
import { readIdentity } from './read-identity.ts';
import { WHOLE_DAY } from './staged/count-rows.ts';
import { cellsTable, distinctTable } from './wide-tables.ts';

/** Rebuilds one rollup of a generation; its keys come in the order of their first cell, then count, then set. */
export async function readRollup(options: {
  connection: DuckDBConnection;
  generation: number;
  contents: RollupContents;
  identity: boolean;
}): Promise<RollupFigures> {
  const { connection, generation, contents } = options;
  const keys = createKeys();
  const cells = await readCells(connection, generation, contents, keys);
  const counts = await readCounts(connection, generation, contents, keys);
  const curves = await readCurves(connection, generation, contents.rollup);
  const sets = new Map<string, KeyIdentity[]>();
  for (const { metric, identity } of contents.distinct) {
    if (!identity || !options.identity) continue;
    const found = await readIdentity({ connection, generation, rollup: contents.rollup, metric });
    for (const { key } of found) keys.indexOf(key);
    sets.set(metric, found);
  }
  const silent = 'SELECT key FROM silent_keys WHERE generation = $1 AND rollup = $2';
  const [others = []] = await columnsOf(connection, silent, [generation, contents.rollup]);
  for (const key of others) keys.indexOf(key as Key);
  return {
    rollup: contents.rollup,
    keys: keys.all,
    cells,
    distinct: contents.distinct.map(({ metric, curve }, m): DistinctFigures => {
      const found = sets.get(metric);
      return {
        metric,
        ...counts[m]!,
        newIdsByMinute: curve ? (curves.get(metric) ?? null) : null,
        identity: found ? identitySets(found, keys) : null,
      };
    }),
  };
}

interface Keys {
  readonly all: Key[];
  indexOf(key: Key): number;
}

function createKeys(): Keys {
  const all: Key[] = [];
  const indexes = new Map<Key, number>();
  return {
    all,
    indexOf(key) {
      let index = indexes.get(key);
      if (index === undefined) {
        index = all.push(key) - 1;
        indexes.set(key, index);
      }
      return index;
    },
  };
}

const metricColumns = (names: readonly string[]): string =>
  names.map((name) => `, ${quoted(name)}::DOUBLE`).join('');

/** Columns of a query, as arrays. */
async function columnsOf(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[],
): Promise<DuckDBValue[][]> {
  return (await connection.run(sql, values)).getColumns();
}

async function readCells(
  connection: DuckDBConnection,
  generation: number,
  { rollup, additive }: RollupContents,
  keys: Keys,
): Promise<AdditiveCells> {
  const metrics = additive.map(({ metric }) => metric);
  const sql = `SELECT key, slot${metricColumns(metrics)} FROM ${quoted(cellsTable(rollup))} WHERE generation = $1`;
  const [key = [], slot = [], ...values] = await columnsOf(connection, sql, [generation]);
  return {
    metrics,
    key: Uint32Array.from(key as Key[], (name) => keys.indexOf(name)),
    slot: Uint16Array.from(slot as number[]),
    values: metrics.map((_, m) => Float64Array.from((values[m] ?? []) as number[])),
  };
}

async function readCounts(
  connection: DuckDBConnection,
  generation: number,
  { rollup, distinct }: RollupContents,
  keys: Keys,
): Promise<Pick<DistinctFigures, 'hourly' | 'daily'>[]> {
  const metrics = distinct.map(({ metric }) => metric);
  const sql = `SELECT key, hour${metricColumns(metrics)} FROM ${quoted(distinctTable(rollup))} WHERE generation = $1`;
  const [rowKeys = [], hours = [], ...values] = await columnsOf(connection, sql, [generation]);
  const key = (rowKeys as Key[]).map((name) => keys.indexOf(name));
  return metrics.map((_, m) => {
    const counts = (values[m] ?? []) as number[];
    const counted = counts.map((_count, row) => row).filter((row) => counts[row]! > 0);
    const hourly = counted.filter((row) => hours[row] !== WHOLE_DAY);
    const daily = counted.filter((row) => hours[row] === WHOLE_DAY);
    return {
      hourly: {
        key: Uint32Array.from(hourly, (row) => key[row]!),
        hour: Uint8Array.from(hourly, (row) => hours[row] as number),
        count: Float64Array.from(hourly, (row) => counts[row]!),
      },
      daily: {
        key: Uint32Array.from(daily, (row) => key[row]!),
        count: Float64Array.from(daily, (row) => counts[row]!),
      },
    };
  });
}

/** Metric → new ids by minute of the rollup's cumulative counts. */
export async function readCurves(
  connection: DuckDBConnection,
  generation: number,
  rollup: string,
): Promise<Map<string, Float64Array>> {
  const sql = `SELECT metric, list(new_ids::DOUBLE ORDER BY minute) FROM curves
    WHERE generation = $1 AND rollup = $2 GROUP BY metric`;
  const rows = (await connection.runAndReadAll(sql, [generation, rollup])).getRows();
  return new Map(
    (rows as [string, { items: number[] }][]).map(([metric, list]) => [
      metric,
      Float64Array.from(list.items),
    ]),
  );
}

function identitySets(found: readonly KeyIdentity[], keys: Keys): IdentitySets {
  const byKey = new Map(found.map((set) => [keys.indexOf(set.key), set]));
  const offsets = new Uint32Array(keys.all.length + 1);
  for (let key = 0; key < keys.all.length; key++) {
    offsets[key + 1] = offsets[key]! + (byKey.get(key)?.hi.length ?? 0);
  }
  const hi = new Uint32Array(offsets[keys.all.length]!);
  const lo = new Uint32Array(hi.length);
  for (const [key, set] of byKey) {
    hi.set(set.hi, offsets[key]!);
    lo.set(set.lo, offsets[key]!);
  }
  return { offsets, hi, lo };
}
