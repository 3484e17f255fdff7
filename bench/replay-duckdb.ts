import { DuckDBInstance } from '@duckdb/node-api';
import type { Plan, PlanPredicate, PlanRollup } from '../engine/plan/plan.ts';
import { createFigureDigest } from './figure-digest.ts';
import type { Measured } from './harness.ts';

export interface DuckdbOptions {
  readonly file: string;
  /** In UTC: the peer takes days and hours straight from the timestamps. */
  readonly plan: Plan;
  readonly threads: number;
}

/** The peer: deduplicates into a table, then asks one query per rollup. Reading the answers is not timed. */
export async function duckdbFigures({ file, plan, threads }: DuckdbOptions): Promise<Measured> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  const startedMs = performance.now();
  const source = `read_parquet('${file.replaceAll("'", "''")}')`;
  await connection.run(`create table events as
    select distinct on (event_id, event_time::date) * exclude (event_id) from ${source}`);
  const answers = [];
  for (const rollup of plan.rollups) {
    answers.push({ rollup: rollup.name, reader: await connection.runAndReadAll(rollupQuery(plan, rollup)) });
  }
  const seconds = (performance.now() - startedMs) / 1000;

  const digest = createFigureDigest(plan);
  for (const { rollup, reader } of answers) {
    for (const [day, key, ...values] of reader.getRows()) {
      digest.addRow(rollup, String(day), key === null ? null : String(key), values.map(Number));
    }
  }
  const [[rows] = []] = (await connection.runAndReadAll(`select count(*) from ${source}`)).getRows();
  connection.closeSync();
  instance.closeSync();
  return { rows: Number(rows), seconds, answer: digest.finish() };
}

function condition(predicate: PlanPredicate | undefined): string {
  const terms = (predicate?.where ?? []).map(
    ({ column, in: values }) => `${column} in (${values.map((value) => `'${value}'`).join(', ')})`,
  );
  return terms.length > 0 ? terms.join(' and ') : 'true';
}

function keyExpression(plan: Plan, rollup: PlanRollup): string {
  const dimension = plan.dimensions.find(({ name }) => name === rollup.by);
  if (!dimension) return 'null';
  return 'column' in dimension ? dimension.column : 'hour(event_time)';
}

function rollupQuery(plan: Plan, rollup: PlanRollup): string {
  const sums = rollup.additive.flatMap((i) => {
    const metric = plan.additive[i];
    if (!metric) return [];
    const where = `filter (where ${condition(plan.predicates[metric.predicate])})`;
    return metric.column === null ? `count(*) ${where}` : `coalesce(sum(${metric.column}) ${where}, 0)`;
  });
  const distinct = rollup.distinct.flatMap((i) => {
    const metric = plan.distinct[i];
    if (!metric) return [];
    return `count(distinct ${metric.column}) filter (where ${condition(plan.predicates[metric.predicate])})`;
  });
  const key = keyExpression(plan, rollup);
  return `select strftime(event_time, '%Y-%m-%d'), ${key}, ${[...sums, ...distinct].join(', ')}
    from events group by 1, 2`;
}
