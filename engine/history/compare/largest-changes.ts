import type { DuckDBConnection } from '@duckdb/node-api';
import { finishMetric } from '../../definitions/finish.ts';
import type { MetricDefinition } from '../../definitions/metric.ts';
import type { Key } from '../../figures/day-figures.ts';
import type { Plan } from '../../plan/plan.ts';
import type { DayComparison } from '../../protocol/comparison.ts';
import type { Generation } from '../generations.ts';
import { quoted } from '../history-file.ts';
import { sqlText } from '../sql-text.ts';
import { WHOLE_DAY } from '../staged/count-rows.ts';
import { cellsTable, distinctTable } from '../wide-tables.ts';
import { baseMetrics } from './base-metrics.ts';
import { type GenerationPair, rollupIn } from './compared-pair.ts';

const MOST_CHANGES = 30;

/**
 * The keys whose day changed most in a metric, over all dimensions of which both generations keep it by the same rows:
 * by size of the change, then by dimension and key, the key null first. Ratios are ranked as they are before rounding.
 */
export async function largestChanges(options: {
  connection: DuckDBConnection;
  plan: Plan;
  pair: GenerationPair;
  metric: MetricDefinition;
}): Promise<DayComparison['changes']> {
  const { connection, plan, pair, metric } = options;
  const bases = baseMetrics(metric);
  const byDimension = new Map<string, string>();
  for (const { name, by } of plan.rollups) {
    if (by === null || byDimension.has(by)) continue;
    const before = rollupIn(pair.published, name)?.basis;
    const after = rollupIn(pair.computed, name)?.basis;
    if (before && after && before !== after) continue;
    const sql = keysSql(pair, name, bases);
    if (sql === null) continue;
    byDimension.set(by, `SELECT ${sqlText(by)} AS dimension, key, p0, p1, c0, c1 FROM (${sql})`);
  }
  if (byDimension.size === 0) return [];
  const ranked = await connection.runAndReadAll(
    `SELECT dimension, key, p0::DOUBLE, p1::DOUBLE, c0::DOUBLE, c1::DOUBLE FROM (
       SELECT *, ${changeSql(metric)} AS change FROM (${[...byDimension.values()].join(' UNION ALL ')}))
     WHERE change > 0
     ORDER BY change DESC, dimension, key NULLS FIRST LIMIT ${MOST_CHANGES}`,
  );
  type Row = [string, Key, number, number, number, number];
  return (ranked.getRows() as Row[]).flatMap(([dimension, key, p0, p1, c0, c1]) => {
    const finish = (values: readonly number[]): number | null =>
      finishMetric(metric, (name) => values[bases.indexOf(name)] ?? null);
    const published = finish([p0, p1]);
    const computed = finish([c0, c1]);
    if (published === null || computed === null || published === computed) return [];
    return [{ dimension, key, published, computed }];
  });
}

/** Per key the day's base figures: `p0`, `p1` published, `c0`, `c1` computed. Null where a side lacks one. */
function keysSql(
  { published, computed }: GenerationPair,
  rollup: string,
  bases: readonly string[],
): string | null {
  const columns = ['p0', 'p1', 'c0', 'c1'];
  const parts: string[] = [];
  for (const [side, generation] of [published, computed].entries()) {
    for (const [b, base] of bases.entries()) {
      const from = fromSql(generation, rollup, base);
      if (from === null) return null;
      const place = side * 2 + b;
      const values = columns.map((name, c) => `${c === place ? quoted(base) : 0} AS ${name}`);
      parts.push(`SELECT key, ${values.join(', ')} ${from}`);
    }
  }
  const sums = columns.map((name) => `sum(${name}) AS ${name}`);
  return `SELECT key, ${sums.join(', ')} FROM (${parts.join(' UNION ALL ')}) GROUP BY key`;
}

function fromSql(generation: Generation, rollup: string, base: string): string | null {
  const contents = rollupIn(generation, rollup);
  const named = (figure: { readonly metric: string }): boolean => figure.metric === base;
  const { id } = generation;
  if (contents?.additive.some(named)) return `FROM ${quoted(cellsTable(rollup))} WHERE generation = ${id}`;
  if (!contents?.distinct.some(named)) return null;
  return `FROM ${quoted(distinctTable(rollup))} WHERE generation = ${id} AND hour = ${WHOLE_DAY}`;
}

/** How much a key changed; null for a ratio without a denominator. */
function changeSql({ aggregate }: MetricDefinition): string {
  if (aggregate === 'ratio') return 'abs(c0::DOUBLE / nullif(c1, 0) - p0::DOUBLE / nullif(p1, 0))';
  return aggregate === 'difference' ? 'abs((c0 - c1) - (p0 - p1))' : 'abs(c0 - p0)';
}
