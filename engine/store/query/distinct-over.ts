import type { Key } from '../../figures/day-figures.ts';
import type { DaySource } from './day-source.ts';
import { dayTotals } from './day-totals.ts';
import type { HistoryReads } from './history-reads.ts';
import type { ViewPlan } from './plan-view.ts';

/**
 * Exact distinct counts over days: one day's own count, several days' by the union of who was counted, never
 * a sum. Null, with a note for people, where nobody kept who was counted.
 */
export function distinctOver(options: {
  view: ViewPlan;
  sources: readonly DaySource[];
  reads: HistoryReads;
  metric: string;
  note: (text: string) => void;
}): ((key: Key) => number) | null {
  const { view, sources, reads, metric, note } = options;
  const [only] = sources;
  if (!only) return () => 0;
  if (sources.length === 1) {
    const totals = dayTotals(view, only, reads);
    const counts = totals?.distinct.get(metric);
    if (!totals || !counts) {
      if (totals !== undefined) note(`${metric} was not computed for ${only.day.label}.`);
      return null;
    }
    const places = new Map(totals.keys.map((key, place) => [key, place]));
    return (key) => counts[places.get(key) ?? -1] ?? 0;
  }
  const generations = sources.flatMap(({ generation }) => (generation === null ? [] : [generation]));
  if (generations.length < sources.length) {
    note(
      `${metric} over several days is known once the last of them is sealed; distinct counts don't add up.`,
    );
    return null;
  }
  const rollup = view.rollup.name;
  const counts = reads.union({ generations, rollup, metric, key: view.key });
  if (counts === null) {
    note(`${metric} over several days is not known: ${rollup} keeps no identity of every day.`);
  }
  return counts ? (key) => counts.get(key) ?? 0 : null;
}
