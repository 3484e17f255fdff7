import type { RowFates } from '../../events/disposition.ts';
import type { RecordBatch } from '../../events/record-batch.ts';

/**
 * Someone who keeps what live consumes, such as the archive. What it has taken becomes part of a checkpoint, whole: what
 * is in no checkpoint's part is gone after a crash, and comes again, as consumption goes on from that checkpoint.
 */
export interface Keeper<Part = unknown> {
  /** Its part's name in a checkpoint. */
  readonly name: string;
  /** False while it lags behind: live waits. Throws where it can't keep anything any more: the run is over. */
  ready(): boolean;
  /** Takes a batch that the pipeline took; copies what it keeps. */
  take(batch: RecordBatch, partition: string, fates: RowFates): void;
  /**
   * All that was taken so far belongs to the checkpoint that begins now. Gives its part, all of it, once that is on
   * disk. After a checkpoint that failed the next part holds what that one would have.
   */
  cut(): Promise<Part>;
  /** A checkpoint is durable; `kept` are the parts of all that are kept, its own among them. */
  committed(kept: readonly Part[]): void;
  close(): Promise<void>;
}
