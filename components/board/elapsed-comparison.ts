import { type DayMinutes, sumFirst } from '../charts/minute-series.ts';
import { type MinuteMetric, minuteColumn, minuteMetrics } from './sale-views.ts';

/** A comparable headline figure: a running sum, or a ratio of two. */
export type ComparedMetric = 'gmv' | 'orders' | 'buyers' | 'aov' | 'refund_rate' | 'payment_success_rate';

const parts: Readonly<Record<ComparedMetric, readonly [MinuteMetric, MinuteMetric | null]>> = {
  gmv: ['gmv', null],
  orders: ['orders', null],
  buyers: ['buyers', null],
  aov: ['gmv', 'orders'],
  refund_rate: ['refunds', 'gmv'],
  payment_success_rate: ['orders', 'created_orders'],
};

/** One figure over the first `minutes` minutes of a day; `null` where it is not known, or its denominator is zero. */
export function figureAfter(metric: ComparedMetric, day: DayMinutes, minutes: number): number | null {
  const [a, b] = columnsOf(metric, day);
  if (a === null || b === null) return null;
  const sum = sumFirst(a, minutes);
  if (b === undefined) return sum;
  const divisor = sumFirst(b, minutes);
  return divisor === 0 ? null : sum / divisor;
}

/** Whether what a figure is made of is known of the day, minute by minute. */
export const isKnown = (metric: ComparedMetric, day: DayMinutes): boolean =>
  !columnsOf(metric, day).includes(null);

/** The day with what another view of it, of `metrics`, knows where it doesn't. */
export function filledBy(
  day: DayMinutes,
  other: { readonly day: DayMinutes; readonly metrics: readonly string[] },
): DayMinutes {
  const figures = day.figures.map(
    (column, i) => column ?? other.day.figures[other.metrics.indexOf(minuteMetrics[i] ?? '')] ?? null,
  );
  return { ...day, figures };
}

type Column = Float64Array | null;

/** What a figure is made of by minute; undefined where nothing divides it, null where a part is not known. */
function columnsOf(metric: ComparedMetric, { figures }: DayMinutes): readonly [Column, Column | undefined] {
  const [top, bottom] = parts[metric];
  const columnOf = (name: MinuteMetric): Column => figures[minuteColumn(name)] ?? null;
  return [columnOf(top), bottom === null ? undefined : columnOf(bottom)];
}

/** The same figure per bucket of `size` minutes of the closed part of a day, for a small line; none where it is not known. */
export function figureByBucket(
  metric: ComparedMetric,
  day: DayMinutes,
  minutes: number,
  size: number,
): number[] {
  const [a, b] = columnsOf(metric, day);
  if (a === null || b === null) return [];
  const values: number[] = [];
  for (let from = 0; from + size <= minutes; from += size) {
    let sum = 0;
    let divisor = 0;
    for (let i = from; i < from + size; i++) {
      sum += a[i] ?? 0;
      divisor += b?.[i] ?? 0;
    }
    if (b === undefined) values.push(sum);
    else values.push(divisor === 0 ? (values.at(-1) ?? 0) : sum / divisor);
  }
  return values;
}

export interface Comparison {
  /** The comparison day's figure after as many minutes; minor units, a count or a fraction. */
  readonly before: number | null;
  /** Relative change (fraction of 1), of ratios the difference; `null` where there is nothing to divide by. */
  readonly change: number | null;
}

/** Today's closed minutes against the same number of minutes of the comparison day. */
export function compareElapsed(
  metric: ComparedMetric,
  days: { readonly today: DayMinutes; readonly comparison: DayMinutes; readonly closed: number },
): Comparison {
  const now = figureAfter(metric, days.today, days.closed);
  const before = figureAfter(metric, days.comparison, days.closed);
  const change = now === null || before === null || before === 0 ? null : now / before - 1;
  return { before, change };
}
