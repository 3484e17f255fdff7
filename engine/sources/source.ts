import type { RowFates } from '../events/disposition.ts';
import type { EventBatch } from '../events/event-batch.ts';

export interface SourceBatch {
  readonly kind: 'batch';
  /** Valid until the next `poll`. */
  readonly batch: EventBatch;
  readonly partition: string;
  /** Position after this batch, as decimal text: Kafka's pass 2^53. */
  readonly nextOffset: string;
  /** True while the source replays what is already there, false once it follows live. */
  readonly replaying: boolean;
  /**
   * Of rows that live has taken before and that come from its archive: what became of each, so that it can be decided
   * again as it was. Absent elsewhere.
   */
  readonly recorded?: RowFates;
}

/** Nothing to read now; `retryAfterMs` is when to ask again. */
export interface SourceIdle {
  readonly kind: 'idle';
  readonly retryAfterMs: number;
  /** True where what it waits for is still part of the replay; default false. */
  readonly replaying?: boolean;
}

/** A bounded source has given everything. */
export interface SourceEnd {
  readonly kind: 'end';
}

/** How far one partition of a source that follows a stream has come. */
export interface PartitionProgress {
  /** As in {@link SourceBatch}. */
  readonly partition: string;
  /** Next offset to be polled, and the one that the next record written will get; decimal text. */
  readonly nextOffset: string;
  readonly endOffset: string;
  /** Records between the two. */
  readonly lagRecords: number;
  /** How long ago the record last polled was written, 0 where it is caught up; ms, null before the first. */
  readonly lagMs: number | null;
  /** Polled of late, caught up and not paused: its silence says that there is nothing, so no watermark waits for it. */
  readonly idle: boolean;
}

/**
 * Where events come from. A source is pulled: it never runs ahead of the pipeline, which is all the
 * backpressure there is. Errors are thrown as `GmvError`s that name file, row or offset and the remedy.
 */
export interface Source {
  readonly name: string;
  readonly bounded: boolean;
  poll(): Promise<SourceBatch | SourceIdle | SourceEnd>;
  /** Sources of partitions: every one that is read, by name. */
  partitions?(): readonly PartitionProgress[];
  close(): Promise<void>;
}
