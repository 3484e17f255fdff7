import { sumOverflow } from '../aggregates/sum.ts';
import { countUnion, type IdentityRange } from '../aggregates/union-identity.ts';
import { type BusinessCalendar, type BusinessDay, hourSlot } from '../calendar/business-calendar.ts';
import type { FigureQuery } from '../export/sql/figure-queries.ts';
import type { DayFigures, DistinctFigures, Key, RollupFigures } from '../figures/day-figures.ts';
import { hourLabel } from './hour-label.ts';

/** Base figures of one bucket and key. */
export interface PipelineRow {
  /** Within the period: the first millisecond of a UTC minute or an hour's local time; '' where there is one bucket. */
  readonly bucket: string;
  readonly key: Key;
  /** In the order of the query's metrics. */
  readonly base: number[];
}

/** Rows by {@link rowName}. */
export type PipelineRows = Map<string, PipelineRow>;

export interface PeriodOptions {
  readonly query: FigureQuery;
  readonly calendar: BusinessCalendar;
  /** Complete days of a pipeline with identity everywhere, all of one period: a day, a month or the range. */
  readonly days: readonly DayFigures[];
}

const MINUTE_MS = 60_000;
const MOST = Number.MAX_SAFE_INTEGER;

/** One text per bucket and key; the null key differs from every string. */
export function rowName(bucket: string, key: Key): string {
  return key === null ? `${bucket} null` : `${bucket} "${key}`;
}

/**
 * What the pipeline says to a query's question about one period.
 *
 * @throws GmvError `sum_overflow` where a sum over the days is no longer exact.
 */
export function pipelineRows({ query, calendar, days }: PeriodOptions): PipelineRows {
  const rows: PipelineRows = new Map();
  const metrics = query.metrics.map(({ name }) => name);
  const rowOf = (bucket: string, key: Key): PipelineRow => {
    const name = rowName(bucket, key);
    const found = rows.get(name) ?? { bucket, key, base: metrics.map(() => 0) };
    rows.set(name, found);
    return found;
  };
  const add = ({ base }: PipelineRow, metric: string, value: number): void => {
    const at = metrics.indexOf(metric);
    const sum = (base[at] ?? 0) + value;
    if (Math.abs(sum) > MOST) throw sumOverflow({ rollup: query.rollup, metric });
    if (at >= 0) base[at] = sum;
  };
  const ids = new Map<
    string,
    { readonly key: Key; readonly metric: string; readonly sets: IdentityRange[] }
  >();

  for (const { day: label, rollups, hours: slots = [] } of days) {
    const figures = rollups.find(({ rollup }) => rollup === query.rollup);
    if (!figures) continue;
    const day = calendar.dayOfLabel(label);
    const hours = query.grain === 'hour' ? hoursOf(day, calendar) : [];
    if (query.grain === 'first_minute') {
      for (const { metric, newIdsByMinute } of figures.distinct) {
        newIdsByMinute?.forEach((count, slot) => {
          if (count !== 0) add(rowOf(minuteOf(day, slot), null), metric, count);
        });
      }
      continue;
    }
    if (!withinDay(query)) for (const key of figures.keys) rowOf('', key);
    // A total has a row for each hour in which an event counts, whether or not a metric counts it.
    if (query.grain === 'hour' && !query.keyed) {
      for (const slot of slots) rowOf(hours[slot] ?? '', null);
    }
    addCells(figures, bucketOfCell(query, day, hours), rowOf, add);
    for (const distinct of figures.distinct) {
      if (query.grain === 'hour') {
        addHours(figures, distinct, hours, rowOf, add);
      } else if (query.grain === 'day') addDaily(figures, distinct, rowOf, add);
      else if (query.grain !== 'minute') gatherIds(figures, distinct, ids);
    }
  }
  for (const { key, metric, sets } of ids.values()) add(rowOf('', key), metric, countUnion(sets));
  return rows;
}

/** Whether a row missing on one side is a difference although its figures are nothing but zeros. */
export function rowsAreTold({ grain, keyed }: FigureQuery): boolean {
  return grain === 'day' || grain === 'month' || grain === 'range' || (grain === 'hour' && !keyed);
}

type RowOf = (bucket: string, key: Key) => PipelineRow;
type Add = (row: PipelineRow, metric: string, value: number) => void;

const withinDay = ({ grain }: FigureQuery): boolean => grain === 'minute' || grain === 'hour';
const keyAt = ({ keys }: RollupFigures, at: number | undefined): Key => keys[at ?? 0] ?? null;

function minuteOf(day: BusinessDay, slot: number): string {
  return String((Math.floor(day.startMs / MINUTE_MS) + slot) * MINUTE_MS);
}

/** Names of a day's hours in the script: local date and hour, and offset from UTC. */
function hoursOf(day: BusinessDay, { timeZone }: BusinessCalendar): string[] {
  return day.hourStartsMs.map((startMs) =>
    hourLabel(startMs, timeZone).replace(/^(.{13}).*([+-]\d\d:\d\d).*$/, '$1:00$2'),
  );
}

/** The bucket of a cell's slot. */
function bucketOfCell(
  query: FigureQuery,
  day: BusinessDay,
  hours: readonly string[],
): (slot: number) => string {
  if (query.grain === 'minute') return (slot) => minuteOf(day, slot);
  if (query.grain !== 'hour') return () => '';
  if (!query.minutes) return (slot) => hours[slot] ?? '';
  return (slot) => hours[hourSlot(day, Math.max(day.startMs, Number(minuteOf(day, slot))))] ?? '';
}

function addCells(figures: RollupFigures, bucketOf: (slot: number) => string, rowOf: RowOf, add: Add): void {
  const { metrics, key, slot, values } = figures.cells;
  for (let cell = 0; cell < key.length; cell++) {
    const row = rowOf(bucketOf(slot[cell] ?? 0), keyAt(figures, key[cell]));
    for (const [m, metric] of metrics.entries()) add(row, metric, values[m]?.[cell] ?? 0);
  }
}

function addHours(
  figures: RollupFigures,
  { metric, hourly }: DistinctFigures,
  hours: readonly string[],
  rowOf: RowOf,
  add: Add,
): void {
  for (let i = 0; i < hourly.key.length; i++) {
    const row = rowOf(hours[hourly.hour[i] ?? 0] ?? '', keyAt(figures, hourly.key[i]));
    add(row, metric, hourly.count[i] ?? 0);
  }
}

function addDaily(figures: RollupFigures, { metric, daily }: DistinctFigures, rowOf: RowOf, add: Add): void {
  for (let i = 0; i < daily.key.length; i++) {
    add(rowOf('', keyAt(figures, daily.key[i])), metric, daily.count[i] ?? 0);
  }
}

function gatherIds(
  figures: RollupFigures,
  { metric, identity }: DistinctFigures,
  into: Map<string, { readonly key: Key; readonly metric: string; readonly sets: IdentityRange[] }>,
): void {
  if (!identity) throw new Error(`rollup ${figures.rollup} has no identity of ${metric}`);
  const { offsets, hi, lo } = identity;
  figures.keys.forEach((key, at) => {
    const name = rowName(metric, key);
    const found = into.get(name) ?? { key, metric, sets: [] };
    into.set(name, found);
    found.sets.push({ hi, lo, start: offsets[at] ?? 0, end: offsets[at + 1] ?? 0 });
  });
}
