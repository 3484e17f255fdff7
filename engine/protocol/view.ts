/** The days that a view covers, resolved by the server in the business time zone. */
export type ViewRange =
  /** The business day that live is in; it moves on at midnight. */
  | { readonly kind: 'today' }
  /** The sale day of the year before, for comparison with today. */
  | { readonly kind: 'comparison' }
  /** Inclusive dates, `2010-12-01`. */
  | { readonly kind: 'days'; readonly from: string; readonly to: string }
  /** The last `count` business days up to and including today. */
  | { readonly kind: 'last_days'; readonly count: number };

/** Bucket of event time; `range` is the whole range as one bucket. */
export type Grain = 'minute' | 'hour' | 'day' | 'month' | 'range';

/**
 * What one tile shows. With a `dimension` there is a row per key over the whole range (`grain: 'range'`);
 * without there is a row per bucket of `grain`. Equal specs share one computation.
 *
 * At grain `minute` a distinct metric counts the ids first seen that day in that minute, so that the running
 * sum of a day's minutes is its cumulative count.
 */
export interface ViewSpec {
  readonly metrics: readonly string[];
  readonly dimension?: string;
  /** Keeps one key of one dimension: `{ category: 'books' }`; null is the null key. */
  readonly filter?: Readonly<Record<string, string | null>>;
  readonly grain: Grain;
  readonly range: ViewRange;
  /** Rows kept with a dimension: the highest of `metrics[0]`, then by key ascending, null last. */
  readonly top?: number;
}

/** A bucket's first instant (epoch ms), a dimension's key, or `null` (the null key; the only row of a total). */
export type RowKey = string | number | null;

/** The key, then one figure per metric: minor units, counts, fractions of 1; null where it is not known. */
export type Row = readonly [RowKey, ...(number | null)[]];

/** Facts about a view that are not figures. */
export interface ViewMeta {
  /** First and last business day covered; null where the range has none (no comparison day). */
  readonly from: string | null;
  readonly to: string | null;
  /** First instant of `from` and the first after `to`; epoch ms. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  /** Business days of the range that have no published figures. */
  readonly missingDays: number;
  /** Business days of the range whose figures were replaced through an approved backfill. */
  readonly restatedDays: number;
  /** Number of keys before `top` cut them. */
  readonly keys: number;
  /** Why a figure is null, for people; null when nothing is missing. */
  readonly note: string | null;
  /** Null where live's own figures answer. */
  readonly filtered: FilteredMeta | null;
}

/** Figures of a combination of filters: they come from a run of their own beside live, and are kept of today alone. */
export interface FilteredMeta {
  /** Today is still being replayed: figures are of its beginning. */
  readonly replaying: boolean;
  /** Up to here that run has seen everything, in whole minutes; epoch ms, null before its first event. */
  readonly closedMs: number | null;
}

/** One canonical text per spec: equal views have equal ids. */
export function viewId(spec: ViewSpec): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
  };
  return JSON.stringify(sorted(spec));
}
