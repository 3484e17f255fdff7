import type { Row } from '../../engine/protocol/view.ts';

const MINUTE_MS = 60_000;

/** One business day by minutes since its first instant: as long as the day is, DST included. */
export interface DayMinutes {
  /** First instant of the day; epoch ms. */
  readonly startMs: number;
  /** Minutes in the day (1,380, 1,440 or 1,500). */
  readonly length: number;
  /** Per metric of the view, a figure per minute; a minute without a row is 0. Null where it is not known by minute. */
  readonly figures: readonly (Float64Array | null)[];
}

/** Lays a minute view's rows out by minute of the day; `null` where the range holds no day. */
export function dayMinutes(view: {
  readonly spec: { readonly metrics: readonly string[] };
  readonly meta: { readonly startMs: number | null; readonly endMs: number | null };
  readonly rows: readonly Row[];
}): DayMinutes | null {
  const { startMs, endMs } = view.meta;
  if (startMs === null || endMs === null) return null;
  const length = Math.round((endMs - startMs) / MINUTE_MS);
  const figures = view.spec.metrics.map((_, i) =>
    view.rows.some((row) => row[i + 1] === null) ? null : new Float64Array(length),
  );
  for (const [key, ...values] of view.rows) {
    const minute = Math.floor((Number(key) - startMs) / MINUTE_MS);
    if (minute < 0 || minute >= length) continue;
    figures.forEach((column, i) => {
      if (column) column[minute] = values[i] ?? 0;
    });
  }
  return { startMs, length, figures };
}

/** Minutes of the day that can no longer change in passing: those that the watermark has left behind. */
export function closedMinutes(
  day: Pick<DayMinutes, 'startMs' | 'length'>,
  watermarkMs: number | null,
): number {
  if (watermarkMs === null) return 0;
  return Math.max(0, Math.min(day.length, Math.floor((watermarkMs - day.startMs) / MINUTE_MS)));
}

/** Sum of the first `minutes` minutes. Exact: minor units and counts are integers. */
export function sumFirst(column: Float64Array, minutes: number): number {
  let sum = 0;
  for (let i = 0; i < minutes && i < column.length; i++) sum += column[i] ?? 0;
  return sum;
}

/** A figure per bucket of `size` minutes, as the mean per minute; the last bucket may hold fewer minutes. */
export function meanPerMinute(column: Float64Array, minutes: number, size: number): number[] {
  const means: number[] = [];
  for (let from = 0; from < minutes; from += size) {
    const to = Math.min(minutes, from + size);
    let sum = 0;
    for (let i = from; i < to; i++) sum += column[i] ?? 0;
    means.push(sum / (to - from));
  }
  return means;
}
