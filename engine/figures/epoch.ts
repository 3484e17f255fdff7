import type { Counts } from '../events/counts.ts';
import type { DayFigures } from './day-figures.ts';

/** One atomic publication of a live pipeline: the cells that changed since the epoch before, absolute values. */
export interface Epoch {
  readonly runId: string;
  /** 1, 2, 3, … within a run; the first of a run replaces everything the store knew of live days. */
  readonly epoch: number;
  /** Event time up to which everything has been seen; epoch ms, null before the first event. */
  readonly watermarkMs: number | null;
  /** Latest event time applied; epoch ms. */
  readonly dataToMs: number | null;
  /** Next offset per partition. */
  readonly offsets: Readonly<Record<string, string>>;
  /** The last checkpoint was begun at exactly these offsets: the archive that it names holds what these figures are of. */
  readonly atCheckpoint: boolean;
  /** Totals of the run. */
  readonly counts: Counts;
  /** True while the source replays what was already there. */
  readonly replaying: boolean;
  /** Clock minus latest event time; ms, null before the first event. */
  readonly lagMs: number | null;
  /** Unsealed days with changes. */
  readonly days: readonly DayFigures[];
  /** Days sealed in this epoch: complete figures, identity included; they belong to history from now on. */
  readonly sealed: readonly DayFigures[];
}
