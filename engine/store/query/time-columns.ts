import type { BusinessDay } from '../../calendar/business-calendar.ts';
import type { KeySeries } from '../../history/history.ts';
import { slotsOf } from '../live/live-days.ts';
import type { DaySource } from './day-source.ts';
import type { HistoryReads } from './history-reads.ts';
import type { ViewPlan } from './plan-view.ts';
import type { ViewColumns } from './view-columns.ts';

/** Buckets of minutes or hours of one key, without holes from the first day to the end of the data. */
export function slotColumns(options: {
  view: ViewPlan;
  sources: readonly DaySource[];
  reads: HistoryReads;
  /** Data goes up to here; epoch ms. A live day ends with the bucket that holds it. */
  dataToMs: number;
  note: (text: string) => void;
}): ViewColumns {
  const { view, sources, reads, dataToMs, note } = options;
  const keys: number[] = [];
  const base = new Map(
    [...view.additive, ...view.distinct].map((metric): [string, number[]] => [metric, []]),
  );
  for (const source of sources) {
    const { day } = source;
    const series = seriesOf(view, source, reads);
    if (series === undefined) continue;
    if (series === null) {
      note(`${day.label} was published without figures by ${view.rollup.name}.`);
      continue;
    }
    const starts = view.spec.grain === 'minute' ? minuteStarts(day) : day.hourStartsMs;
    let size = starts.length;
    while (source.live && size > 0 && starts[size - 1]! > dataToMs) size--;
    for (let slot = 0; slot < size; slot++) keys.push(starts[slot]!);
    for (const [metric, into] of base) {
      const values = valuesOf({ view, day, series, metric, size });
      if (!values) note(missingNote({ view, day, series, metric }));
      for (let slot = 0; slot < size; slot++) into.push(values ? (values[slot] ?? 0) : Number.NaN);
    }
  }
  return { keys, base };
}

function seriesOf(view: ViewPlan, source: DaySource, reads: HistoryReads): KeySeries | null | undefined {
  const key = view.key ?? null;
  const { day, live, generation } = source;
  if (live) return live.rollups.get(view.rollup.name)?.series(key) ?? null;
  const slots = slotsOf(day, view.rollup.slice);
  return reads.series({ generation, rollup: view.rollup.name, key, slots, hours: day.hourStartsMs.length });
}

/** Values per bucket of the view's grain; undefined where they are not known. */
function valuesOf(options: {
  view: ViewPlan;
  day: BusinessDay;
  series: KeySeries;
  metric: string;
  size: number;
}): Float64Array | undefined {
  const { view, day, series, metric, size } = options;
  const { grain } = view.spec;
  if (view.distinct.includes(metric)) {
    if (grain === 'hour') return series.hourly.get(metric);
    return view.rollup.cumulative
      ? (series.newIdsByMinute.get(metric) ?? noneYet(series, metric))
      : undefined;
  }
  const values = series.additive.get(metric);
  if (!values || grain === view.rollup.slice) return values;
  const hours = new Float64Array(size);
  const hourOf = hourOfMinute(day);
  for (let minute = 0; minute < values.length; minute++) {
    if (hourOf[minute]! < size) hours[hourOf[minute]!]! += values[minute]!;
  }
  return hours;
}

/** A live day that has counted nobody yet has no curve: its minutes are zeros. */
function noneYet(series: KeySeries, metric: string): Float64Array | undefined {
  const counts = series.hourly.get(metric);
  return counts?.every((count) => count === 0) ? new Float64Array(0) : undefined;
}

function missingNote(options: {
  view: ViewPlan;
  day: BusinessDay;
  series: KeySeries;
  metric: string;
}): string {
  const { view, day, series, metric } = options;
  if (view.spec.grain === 'minute' && series.hourly.has(metric)) {
    return `${metric} by minute is kept for the total only.`;
  }
  return `${metric} was not computed for ${day.label}.`;
}

const MINUTE_MS = 60_000;
const minutes = new WeakMap<BusinessDay, readonly number[]>();
const hours = new WeakMap<BusinessDay, Uint8Array>();

function minuteStarts(day: BusinessDay): readonly number[] {
  const known = minutes.get(day);
  if (known) return known;
  const first = Math.floor(day.startMs / MINUTE_MS) * MINUTE_MS;
  const starts = Array.from({ length: slotsOf(day, 'minute') }, (_, slot) => first + slot * MINUTE_MS);
  minutes.set(day, starts);
  return starts;
}

/** Hour slot of each minute slot. */
function hourOfMinute(day: BusinessDay): Uint8Array {
  const known = hours.get(day);
  if (known) return known;
  let hour = 0;
  const hourOf = Uint8Array.from(minuteStarts(day), (start) => {
    while (hour + 1 < day.hourStartsMs.length && day.hourStartsMs[hour + 1]! <= start) hour++;
    return hour;
  });
  hours.set(day, hourOf);
  return hourOf;
}
