import { createHash } from 'node:crypto';
import type { DayFigures, Key, RollupFigures } from '../engine/figures/day-figures.ts';
import type { Plan } from '../engine/plan/plan.ts';

/** Base metrics of a rollup in the plan's order: sums and counts, then distinct counts. */
export function metricsOf(plan: Plan, rollup: Plan['rollups'][number]): string[] {
  return [
    ...rollup.additive.map((i) => plan.additive[i]?.metric ?? ''),
    ...rollup.distinct.map((i) => plan.distinct[i]?.metric ?? ''),
  ];
}

/** Collects figures by rollup, day and key, from any engine in any order, into one digest. */
export interface FigureDigest {
  addRow(rollup: string, day: string, key: Key, values: readonly number[]): void;
  addDay(figures: DayFigures): void;
  /** SHA-256 (hex, 16 digits) and number of rows; rows of nothing but zeros don't count. */
  finish(): string;
}

export function createFigureDigest(plan: Plan): FigureDigest {
  const lines: string[] = [];
  const addRow: FigureDigest['addRow'] = (rollup, day, key, values) => {
    if (values.some((value) => value !== 0)) lines.push(JSON.stringify([rollup, day, key, values]));
  };
  const rollups = new Map(plan.rollups.map((rollup) => [rollup.name, metricsOf(plan, rollup)]));
  return {
    addRow,
    addDay({ day, rollups: figures }) {
      for (const rollup of figures) {
        const values = dayValues(rollup, rollups.get(rollup.rollup) ?? []);
        for (const [i, key] of rollup.keys.entries()) addRow(rollup.rollup, day, key, values[i] ?? []);
      }
    },
    finish() {
      const hash = createHash('sha256').update(lines.sort().join('\n')).digest('hex');
      return `${hash.slice(0, 16)} over ${lines.length} rows`;
    },
  };
}

/** Per key the metrics of the whole day, in the order of `metrics`. */
function dayValues({ keys, cells, distinct }: RollupFigures, metrics: readonly string[]): number[][] {
  const rows = keys.map(() => metrics.map(() => 0));
  const add = (metric: string, key: Uint32Array, values: Float64Array): void => {
    const column = metrics.indexOf(metric);
    for (const [i, value] of values.entries()) {
      const row = rows[key[i] ?? -1];
      if (row && column >= 0) row[column] = (row[column] ?? 0) + value;
    }
  };
  for (const [m, metric] of cells.metrics.entries())
    add(metric, cells.key, cells.values[m] ?? new Float64Array());
  for (const { metric, daily } of distinct) add(metric, daily.key, daily.count);
  return rows;
}
