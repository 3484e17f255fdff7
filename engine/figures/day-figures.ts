import type { Counts } from '../events/counts.ts';

/**
 * What a pipeline publishes about one business day: the one shape between runtime, store, history and
 * replay. A complete `DayFigures` is a day's generation; an epoch carries the same shape with only the cells
 * that changed. All values are absolute, so that applying one twice changes nothing.
 */
export interface DayFigures {
  /** Label of the business day, `2010-12-01`; its instants follow from the plan's time zone. */
  readonly day: string;
  /** One entry for each rollup that has something to say, by the plan's names. */
  readonly rollups: readonly RollupFigures[];
  /** What became of the day's rows (absolute). */
  readonly counts: Counts;
  /** Complete days of a pipeline: the hour slots in which an event was applied, whether or not a metric counts it. */
  readonly hours?: readonly number[];
}

/** Keys are strings; a null column value is the key `null`; `hour_of_day` has '0' … '23'; the total has one key, `null`. */
export type Key = string | null;

export interface RollupFigures {
  readonly rollup: string;
  /** The keys that this message speaks of; the arrays below hold indexes into it. */
  readonly keys: readonly Key[];
  readonly cells: AdditiveCells;
  readonly distinct: readonly DistinctFigures[];
}

/** Sums and counts per (key, slice). `values[m][i]` is metric `metrics[m]` in cell i: minor units or counts. */
export interface AdditiveCells {
  /** Names of the additive metrics, in the plan's order. */
  readonly metrics: readonly string[];
  readonly key: Uint32Array;
  /** Minute of the day (UTC minutes since its start) or hour of the day, as the rollup's slice says. */
  readonly slot: Uint16Array;
  readonly values: readonly Float64Array[];
}

/** Distinct counts of one metric. */
export interface DistinctFigures {
  readonly metric: string;
  /** Distinct ids per (key, hour slot of the day). */
  readonly hourly: { readonly key: Uint32Array; readonly hour: Uint8Array; readonly count: Float64Array };
  /** Distinct ids per key over the whole day. */
  readonly daily: { readonly key: Uint32Array; readonly count: Float64Array };
  /**
   * Cumulative rollups only: for each minute of the day the number of ids whose earliest event of the day
   * lies in it. Its running sum is the cumulative distinct count. Always whole, never only changes.
   */
  readonly newIdsByMinute: Float64Array | null;
  /** Who was counted, per key; only in complete days of rollups with identity. */
  readonly identity: IdentitySets | null;
}

/** Sets of 64-bit id hashes: key i owns entries offsets[i] … offsets[i+1]−1, sorted by (hi, lo), each once. */
export interface IdentitySets {
  readonly offsets: Uint32Array;
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
}
