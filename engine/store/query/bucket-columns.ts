import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { RowKey } from '../../protocol/view.ts';
import type { DaySource } from './day-source.ts';
import { dayTotals } from './day-totals.ts';
import { distinctOver } from './distinct-over.ts';
import type { HistoryReads } from './history-reads.ts';
import type { ViewPlan } from './plan-view.ts';
import type { ViewColumns } from './view-columns.ts';

/** Buckets of whole days of one key: a day, a month, or the whole range. Buckets without figures are absent. */
export function bucketColumns(options: {
  view: ViewPlan;
  sources: readonly DaySource[];
  reads: HistoryReads;
  calendar: BusinessCalendar;
  note: (text: string) => void;
}): ViewColumns {
  const { view, reads, note } = options;
  const keys: RowKey[] = [];
  const base = new Map(
    [...view.additive, ...view.distinct].map((metric): [string, number[]] => [metric, []]),
  );
  for (const [bucket, sources] of bucketsOf(options)) {
    keys.push(bucket);
    for (const metric of view.additive) {
      let sum = 0;
      for (const source of sources) sum += totalOf(view, source, reads, metric);
      if (Number.isNaN(sum)) note(`${metric} was not computed for every day.`);
      base.get(metric)!.push(sum);
    }
    for (const metric of view.distinct) {
      const counts = distinctOver({ view, sources, reads, metric, note });
      base.get(metric)!.push(counts ? counts(view.key ?? null) : Number.NaN);
    }
  }
  return { keys, base };
}

function bucketsOf(options: {
  view: ViewPlan;
  sources: readonly DaySource[];
  calendar: BusinessCalendar;
}): Map<RowKey, DaySource[]> {
  const { view, sources, calendar } = options;
  const buckets = new Map<RowKey, DaySource[]>();
  for (const source of sources) {
    const { grain } = view.spec;
    const { startMs, month } = source.day;
    const bucket =
      grain === 'day' ? startMs : grain === 'month' ? calendar.dayOfLabel(`${month}-01`).startMs : null;
    const days = buckets.get(bucket) ?? [];
    days.push(source);
    buckets.set(bucket, days);
  }
  return buckets;
}

/** One additive metric of the view's key on one day; NaN where it was not computed or is not loaded yet. */
function totalOf(view: ViewPlan, source: DaySource, reads: HistoryReads, metric: string): number {
  const totals = dayTotals(view, source, reads);
  const values = totals?.additive.get(metric);
  if (!totals || !values) return Number.NaN;
  const place = totals.keys.indexOf(view.key ?? null);
  return place < 0 ? 0 : values[place]!;
}
