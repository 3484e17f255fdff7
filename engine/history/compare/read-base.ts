import type { DuckDBConnection } from '@duckdb/node-api';
import type { Plan } from '../../plan/plan.ts';
import type { Generation } from '../generations.ts';
import { quoted } from '../history-file.ts';
import { WHOLE_DAY } from '../staged/count-rows.ts';
import { cellsTable, distinctTable } from '../wide-tables.ts';
import { dividesNothing, rollupIn, sliceOf, totalsFirst } from './compared-pair.ts';

/** Where a generation keeps a base metric's day, over all keys. */
export interface BasePlace {
  readonly kind: 'additive' | 'distinct';
  readonly rollup: string;
  readonly metric: string;
  /** Sums by minute, or a distinct count's curve of the day; else hours are all there is. */
  readonly byMinute: boolean;
}

/** Values by slot, those of zero mostly left out: minor units, counts, or ids that are new in a minute. */
export interface BaseSlots {
  readonly by: 'minute' | 'hour';
  readonly values: readonly (readonly [slot: number, value: number])[];
}

/** Null where the generation doesn't tell: distinct counts of keys don't add up to the total's. */
export function placeOfBase(plan: Plan, generation: Generation, metric: string): BasePlace | null {
  const named = (figure: { readonly metric: string }): boolean => figure.metric === metric;
  for (const { name: rollup, by, slice } of totalsFirst(plan)) {
    const contents = rollupIn(generation, rollup);
    if (contents?.additive.some(named)) {
      return { kind: 'additive', rollup, metric, byMinute: (sliceOf(contents) ?? slice) === 'minute' };
    }
    const distinct = contents && dividesNothing(contents, by) ? contents.distinct.find(named) : undefined;
    if (distinct) return { kind: 'distinct', rollup, metric, byMinute: distinct.curve };
  }
  return null;
}

/** Reads a base metric's day; `wanted` says which of a distinct count's two forms. */
export async function readBase(options: {
  connection: DuckDBConnection;
  generation: number;
  place: BasePlace;
  wanted: 'minute' | 'hour';
}): Promise<BaseSlots> {
  const { connection, generation, place, wanted } = options;
  const { kind, rollup, metric } = place;
  const read = async (sql: string, ...more: string[]): Promise<[number, number][]> =>
    (await connection.runAndReadAll(sql, [generation, ...more])).getRows() as [number, number][];
  if (kind === 'additive') {
    const sql = `SELECT slot, sum(${quoted(metric)})::DOUBLE FROM ${quoted(cellsTable(rollup))}
      WHERE generation = $1 GROUP BY slot`;
    return { by: place.byMinute ? 'minute' : 'hour', values: await read(sql) };
  }
  if (wanted === 'minute') {
    const sql = `SELECT minute, new_ids::DOUBLE FROM curves
      WHERE generation = $1 AND rollup = $2 AND metric = $3`;
    return { by: 'minute', values: await read(sql, rollup, metric) };
  }
  const sql = `SELECT hour, ${quoted(metric)}::DOUBLE FROM ${quoted(distinctTable(rollup))}
    WHERE generation = $1 AND hour <> ${WHOLE_DAY}`;
  return { by: 'hour', values: await read(sql) };
}
