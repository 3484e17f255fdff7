/**
 * A rollup keeps metrics by the keys of one dimension (or none: the total), in event-time slices.
 * `slice` is its smallest bucket. `identity` keeps who was counted, so that distinct counts stay exact
 * over any set of days; without it distinct counts exist per hour and day only.
 */
export interface RollupDefinition {
  readonly name: string;
  readonly by: string | null;
  readonly slice: 'minute' | 'hour';
  /** Names of base metrics (sums, counts, distinct counts); differences and ratios follow from them. */
  readonly metrics: readonly string[];
  readonly identity: boolean;
  /** Keeps the day's cumulative curve of each distinct count, by minute. */
  readonly cumulative?: boolean;
}

/** Declares a rollup; see {@link RollupDefinition}. */
export function defineRollup<const R extends RollupDefinition>(rollup: R): R {
  return rollup;
}
