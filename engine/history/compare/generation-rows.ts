import type { DuckDBConnection } from '@duckdb/node-api';
import { quoted } from '../history-file.ts';
import type { GenerationPair } from './compared-pair.ts';

/** Rows of the figures of many days: two of them are the same figure where `match` is equal. */
export interface ComparedTable {
  readonly table: string;
  readonly match: readonly string[];
  /** Columns to compare. A row that only one side has stands against `absent`. */
  readonly values: readonly string[];
  readonly absent: string;
  /** A condition on rows, ready for SQL; default: all. */
  readonly where?: string;
  /** What a row weighs, in SQL; default 1. */
  readonly weight?: string;
}

/** Rows of one query: some tenths of a second, and far from the memory that DuckDB may take. */
const WEIGHT_OF_BATCH = 2_000_000;
/** Also where days have few rows, as the text of a query grows with them. */
const PAIRS_OF_BATCH = 500;

/** Days of which any row differs between both generations. No row leaves DuckDB. */
export async function daysThatDiffer(
  connection: DuckDBConnection,
  compared: ComparedTable,
  pairs: readonly GenerationPair[],
): Promise<string[]> {
  const days: string[] = [];
  if (compared.values.length === 0) return days;
  for (const batch of await batches(connection, compared, pairs)) {
    const found = await connection.runAndReadAll(differenceSql(compared, batch));
    for (const [index] of found.getRows() as [number][]) days.push(batch[index]!.day);
  }
  return days;
}

async function batches(
  connection: DuckDBConnection,
  { table, where, weight = '1' }: ComparedTable,
  pairs: readonly GenerationPair[],
): Promise<GenerationPair[][]> {
  if (pairs.length < 2) return pairs.map((pair) => [pair]);
  const side = (ids: readonly number[]): string =>
    `SELECT generation, ${weight} AS weight FROM ${quoted(table)}
     WHERE ${between('generation', ids)}${where ? ` AND ${where}` : ''}`;
  const published = side(pairs.map((pair) => pair.published.id));
  const computed = side(pairs.map((pair) => pair.computed.id));
  const weighed = await connection.runAndReadAll(
    `SELECT generation, sum(weight)::DOUBLE FROM (${published} UNION ALL ${computed}) GROUP BY generation`,
  );
  const weights = new Map(weighed.getRows() as [number, number][]);
  const all: GenerationPair[][] = [];
  let batch: GenerationPair[] = [];
  let sum = 0;
  for (const pair of pairs) {
    const more = (weights.get(pair.published.id) ?? 0) + (weights.get(pair.computed.id) ?? 0);
    if (more === 0) continue;
    if (batch.length > 0 && (sum + more > WEIGHT_OF_BATCH || batch.length === PAIRS_OF_BATCH)) {
      all.push(batch);
      batch = [];
      sum = 0;
    }
    batch.push(pair);
    sum += more;
  }
  return batch.length > 0 ? [...all, batch] : all;
}

function differenceSql(compared: ComparedTable, pairs: readonly GenerationPair[]): string {
  const { match, values, absent } = compared;
  const same = match.map((_, k) => `p.k${k} IS NOT DISTINCT FROM c.k${k}`);
  const differs = values.map((_, v) => `coalesce(p.v${v}, ${absent}) <> coalesce(c.v${v}, ${absent})`);
  return `SELECT DISTINCT coalesce(p.pair, c.pair)
    FROM (${sideSql(
      compared,
      pairs.map(({ published }) => published.id),
    )}) p
    FULL JOIN (${sideSql(
      compared,
      pairs.map(({ computed }) => computed.id),
    )}) c
    ON ${['p.pair = c.pair', ...same].join(' AND ')}
    WHERE ${differs.join(' OR ')}`;
}

/** Bounds, as DuckDB leaves stored row groups out by them. */
const between = (column: string, ids: readonly number[]): string =>
  `${column} BETWEEN ${Math.min(...ids)} AND ${Math.max(...ids)}`;

/** Rows of one generation per pair. */
function sideSql({ table, match, values, where }: ComparedTable, ids: readonly number[]): string {
  const columns = [
    ...match.map((name, k) => `, rows.${quoted(name)} AS k${k}`),
    ...values.map((name, v) => `, rows.${quoted(name)} AS v${v}`),
  ].join('');
  return `SELECT side.pair${columns} FROM ${quoted(table)} AS rows
    JOIN (VALUES ${ids.map((id, i) => `(${id}, ${i})`).join(', ')}) AS side(generation, pair)
    ON rows.generation = side.generation
    WHERE ${between('rows.generation', ids)}${where ? ` AND ${where}` : ''}`;
}
