/**
 * How fast a replay may go beside everything else. One writer (who governs) and any number of readers in other threads,
 * through shared memory, so that a thread in the middle of a row group hears of it at its next batch.
 */
export interface Pace {
  /** Moves with the task of a thread. */
  readonly shared: SharedArrayBuffer;
  /** Share of full speed, 0 (stands still) … 1. */
  set(speed: number): void;
  speed(): number;
}
