import type { KeyTotals } from '../../history/history.ts';
import type { DaySource } from './day-source.ts';
import type { HistoryReads } from './history-reads.ts';
import type { ViewPlan } from './plan-view.ts';

/** A day's totals per key of the view's rollup; null where it was published without, undefined until loaded. */
export function dayTotals(
  view: ViewPlan,
  source: DaySource,
  reads: HistoryReads,
): KeyTotals | null | undefined {
  const { live, generation } = source;
  if (live) return live.rollups.get(view.rollup.name)?.totals() ?? null;
  return reads.totals(generation, view.rollup.name);
}
