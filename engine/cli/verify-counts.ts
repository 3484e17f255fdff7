import type { Counts } from '../events/counts.ts';
import type { DayFigures } from '../figures/day-figures.ts';
import type { Difference, SqlRow } from './verify-query.ts';

export interface VerifyCountsOptions {
  /** What the pipeline says became of all rows, and of each day's. */
  readonly counts: Counts;
  readonly days: readonly DayFigures[];
  /** Of the SQL: business day, fate, rows; and reject reason, rows. */
  readonly fates: readonly SqlRow[];
  readonly rejected: readonly SqlRow[];
  /** Days of undecidable events: which of their copies are duplicates, which conflicts, is open. */
  readonly undecidedDays: ReadonlySet<string>;
  readonly onDifference: (difference: Difference) => void;
}

/** Compares what became of the rows, whole, by reason and by day; gives the number of figures compared. */
export function verifyCounts(options: VerifyCountsOptions): number {
  const { counts, days, undecidedDays } = options;
  let compared = 0;
  const compare = (bucket: string | null, metric: string, pipeline: number, sql: number): void => {
    compared++;
    if (pipeline === sql) return;
    const grain = bucket === null ? 'range' : 'day';
    options.onDifference({ rollup: 'counts', grain, bucket, key: null, metric, pipeline, sql });
  };

  const byDay = new Map<string, Map<string, number>>();
  for (const [day, fate, rows] of options.fates) {
    const fates = byDay.get(String(day)) ?? new Map<string, number>();
    byDay.set(String(day), fates.set(String(fate), Number(rows)));
  }
  const valid = [...byDay.values()].flatMap((fates) => [...fates.values()]).reduce((sum, n) => sum + n, 0);
  const reasons = new Map(options.rejected.map(([reason, rows]) => [String(reason), Number(rows)]));
  const rejected = [...reasons.values()].reduce((sum, n) => sum + n, 0);
  compare(null, 'rows', counts.rows, valid + rejected);
  compare(null, 'late', counts.late, 0);
  compare(null, 'rejected', counts.rejected, rejected);
  for (const reason of new Set([...Object.keys(counts.rejectedBy), ...reasons.keys()])) {
    compare(null, `rejected ${reason}`, counts.rejectedBy[reason] ?? 0, reasons.get(reason) ?? 0);
  }

  const mine = new Map(days.map((figures) => [figures.day, figures.counts]));
  for (const day of new Set([...mine.keys(), ...byDay.keys()])) {
    const { applied = 0, duplicates = 0, conflicts = 0 } = mine.get(day) ?? {};
    const sql = (fate: string): number => byDay.get(day)?.get(fate) ?? 0;
    compare(day, 'applied', applied, sql('applied'));
    if (undecidedDays.has(day)) {
      compare(day, 'duplicates and conflicts', duplicates + conflicts, sql('duplicate') + sql('conflict'));
    } else {
      compare(day, 'duplicates', duplicates, sql('duplicate'));
      compare(day, 'conflicts', conflicts, sql('conflict'));
    }
  }
  return compared;
}
