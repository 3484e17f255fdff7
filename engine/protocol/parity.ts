/** A figure of live that the replay of its own archive does not give. */
export interface ParityMismatch {
  readonly day: string;
  readonly rollup: string;
  readonly metric: string;
  readonly key: string | null;
  /** First instant of the slice; null for a count over the day so far. */
  readonly sliceMs: number | null;
  readonly live: number;
  readonly replayed: number;
}

/** Whether live equals the replay of what it consumed. */
export interface ParityStatus {
  readonly state: /** No closed hour was compared yet. */
    | 'waiting'
    | 'equal'
    | 'different'
    /** It could not be compared; `problem` says why. */
    | 'failed';
  /** Live equals its replay up to here; epoch ms, null before the first comparison. */
  readonly throughMs: number | null;
  readonly comparedAtMs: number | null;
  /** Figures compared, and how many of them differ. */
  readonly figures: number;
  readonly differing: number;
  /** The first of them. */
  readonly mismatches: readonly ParityMismatch[];
  readonly problem: string | null;
}
