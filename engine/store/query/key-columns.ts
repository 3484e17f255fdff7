import { finishMetric } from '../../definitions/finish.ts';
import type { Key } from '../../figures/day-figures.ts';
import type { DaySource } from './day-source.ts';
import { dayTotals } from './day-totals.ts';
import { distinctOver } from './distinct-over.ts';
import type { HistoryReads } from './history-reads.ts';
import { type MergedTotals, mergeTotals } from './merge-totals.ts';
import type { ViewPlan } from './plan-view.ts';
import { topKeys } from './top-keys.ts';
import type { ViewColumns } from './view-columns.ts';

/** A row per key over the whole range, highest first metric first; `count` is the number of keys before the cut. */
export function keyColumns(options: {
  view: ViewPlan;
  sources: readonly DaySource[];
  reads: HistoryReads;
  note: (text: string) => void;
}): ViewColumns & { readonly count: number } {
  const { view, sources, reads, note } = options;
  const merged = additiveOver(view, sources, reads);
  if (merged === null) note(`Not every day was published with figures by ${view.rollup.name}.`);
  const { keys, additive } = merged ?? { keys: [], additive: new Map<string, Float64Array>() };
  const counted = new Map(
    view.distinct.map((metric) => [metric, distinctOver({ view, sources, reads, metric, note })]),
  );
  const valueAt = (metric: string, place: number): number => {
    const values = additive.get(metric);
    if (values) return values[place] ?? Number.NaN;
    return counted.get(metric)?.(keys[place] ?? null) ?? Number.NaN;
  };

  const every = Array.from(keys, (_, place) => place);
  const places = view.key === undefined ? every : every.filter((place) => keys[place] === view.key);
  const [first] = view.metrics;
  const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const kept = topKeys({
    keys,
    places,
    top: view.spec.top,
    figureOf: (place) => (first ? finishMetric(first, (metric) => known(valueAt(metric, place))) : null),
  });
  for (const metric of view.additive) {
    if (kept.some((place) => Number.isNaN(valueAt(metric, place)))) {
      note(`${metric} was not computed for every day.`);
    }
  }
  const base = [...view.additive, ...view.distinct].map((metric): [string, Float64Array] => [
    metric,
    Float64Array.from(kept, (place) => valueAt(metric, place)),
  ]);
  return {
    keys: kept.map((place): Key => keys[place] ?? null),
    base: new Map(base),
    count: places.length,
  };
}

/** Additive totals over the days: what history knows added up once, live added to it. */
function additiveOver(
  view: ViewPlan,
  sources: readonly DaySource[],
  reads: HistoryReads,
): MergedTotals | null | undefined {
  const [only] = sources;
  if (!only) return { keys: [], additive: new Map() };
  if (sources.length === 1) return dayTotals(view, only, reads);
  const parts: MergedTotals[] = [];
  const generations = sources.flatMap(({ generation }) => (generation === null ? [] : [generation]));
  if (generations.length > 0) {
    const sealed = reads.totalsOver(generations, view.rollup.name, view.additive);
    if (!sealed) return sealed;
    parts.push(sealed);
  }
  for (const { live } of sources) {
    const totals = live?.rollups.get(view.rollup.name)?.totals();
    if (totals) parts.push(totals);
  }
  return mergeTotals(parts, view.additive);
}
