import type { DuckDBConnection } from '@duckdb/node-api';
import { GmvError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Generation } from '../generations.ts';
import { quoted } from '../history-file.ts';
import { WHOLE_DAY } from '../staged/count-rows.ts';
import { cellsTable, distinctTable } from '../wide-tables.ts';
import { dividesNothing, rollupIn, totalsFirst } from './compared-pair.ts';

/** A base metric over a whole day: minor units or a count; null where the generation doesn't hold it. */
export type DayTotal = (generation: number, metric: string) => number | null;

interface Reading {
  readonly metrics: Set<string>;
  readonly generations: Set<number>;
}

/**
 * Reads the day totals of generations, a query per table. Sums are taken of any rollup, as each holds every event once;
 * distinct counts of one that divides nothing.
 *
 * @throws GmvError `sum_too_large` beyond 2^53.
 */
export async function readDayTotals(options: {
  connection: DuckDBConnection;
  plan: Plan;
  generations: readonly Generation[];
}): Promise<DayTotal> {
  const { connection, plan, generations } = options;
  const totals = new Map<string, number>();
  const sums = new Map<string, Reading>();
  const counts = new Map<string, Reading>();
  for (const generation of new Set(generations)) {
    const read = (into: Map<string, Reading>, rollup: string, metric: string): void => {
      const name = `${generation.id}/${metric}`;
      if (totals.has(name)) return;
      // What has no row is zero.
      totals.set(name, 0);
      const reading = into.get(rollup) ?? { metrics: new Set(), generations: new Set() };
      into.set(rollup, reading);
      reading.metrics.add(metric);
      reading.generations.add(generation.id);
    };
    for (const { name, by } of totalsFirst(plan)) {
      const contents = rollupIn(generation, name);
      for (const { metric } of contents?.additive ?? []) read(sums, name, metric);
      if (!contents || !dividesNothing(contents, by)) continue;
      for (const { metric } of contents.distinct) read(counts, name, metric);
    }
  }

  const keep = async ({ metrics, generations: ids }: Reading, select: Select): Promise<void> => {
    const names = [...metrics];
    const { columns, from, where, group } = select(names);
    const sql = `SELECT generation, ${columns.join(', ')} FROM ${from}
      WHERE generation IN (${[...ids].join(', ')})${where} ${group}`;
    for (const [id, ...values] of (await connection.runAndReadAll(sql)).getRows()) {
      for (const [m, metric] of names.entries()) {
        const name = `${id}/${metric}`;
        const value = values[m];
        if (value === null || !totals.has(name)) continue;
        if (!Number.isSafeInteger(value)) throw beyondExact(metric, Number(id));
        totals.set(name, value as number);
      }
    }
  };
  for (const [rollup, reading] of sums) {
    await keep(reading, (names) => ({
      columns: names.map((name) => `sum(${quoted(name)})::DOUBLE`),
      from: quoted(cellsTable(rollup)),
      where: '',
      group: 'GROUP BY generation',
    }));
  }
  for (const [rollup, reading] of counts) {
    await keep(reading, (names) => ({
      columns: names.map((name) => `${quoted(name)}::DOUBLE`),
      from: quoted(distinctTable(rollup)),
      where: ` AND hour = ${WHOLE_DAY}`,
      group: '',
    }));
  }
  return (generation, metric) => totals.get(`${generation}/${metric}`) ?? null;
}

type Select = (names: readonly string[]) => {
  readonly columns: readonly string[];
  readonly from: string;
  readonly where: string;
  readonly group: string;
};

const beyondExact = (metric: string, generation: number): GmvError =>
  new GmvError(
    'sum_too_large',
    `${metric} of generation ${generation} passes 2^53`,
    'Lower limits.maxAmountMinor, or find the event with a wrong amount, and replay the day.',
  );
