import type { Counts } from '../../events/counts.ts';
import type { DistinctFigures, RollupFigures } from '../../figures/day-figures.ts';

/** A day's figures in files that DuckDB reads: what there is of them, and where. Plain data. */
export interface StagedDay {
  readonly day: string;
  readonly counts: Counts;
  readonly hours?: readonly number[];
  readonly rollups: readonly StagedRollup[];
  /** Its files are all that lies in it. */
  readonly folder: string;
  /** Of all files. */
  readonly bytes: number;
  /** Files of several rollups; null: no rows. */
  readonly curves: string | null;
  readonly identity: string | null;
  readonly silentKeys: string | null;
}

export interface StagedRollup extends Pick<RollupFigures, 'rollup'> {
  readonly additive: readonly string[];
  readonly distinct: readonly {
    readonly metric: DistinctFigures['metric'];
    readonly curve: boolean;
    readonly identity: boolean;
  }[];
  /** Files; null: no rows. */
  readonly cells: string | null;
  readonly counts: string | null;
}
