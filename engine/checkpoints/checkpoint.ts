import type { Loan } from '../state/loan.ts';
import type { Manifest } from './manifest.ts';

/** What whoever writes checkpoints keeps in them. All of it is plain data. */
export interface CheckpointContents {
  /** What the state is of; whole, so that a change can be told. */
  readonly plan: { readonly fingerprint: string };
  readonly snapshot: unknown;
  /** Keeper → what it published. */
  readonly parts: Readonly<Record<string, unknown>>;
  /** Facts about the run that are no state. */
  readonly runFacts: unknown;
}

/** State and everything that belongs to it, of one moment between two batches. */
export interface Checkpoint<C extends CheckpointContents> {
  /** Ids increase. */
  readonly id: number;
  /** Epoch ms. */
  readonly takenAtMs: number;
  readonly plan: C['plan'];
  readonly snapshot: C['snapshot'];
  /** Partition → next offset to be consumed; decimal text. */
  readonly offsets: Readonly<Record<string, string>>;
  readonly parts: C['parts'];
  readonly runFacts: C['runFacts'];
}

/** A checkpoint to be written. Parts may still be on their way to the disk. */
export type CheckpointDraft<C extends CheckpointContents> = Omit<
  Checkpoint<C>,
  'id' | 'snapshot' | 'parts'
> & {
  /** Released as soon as it was read, and in any case. */
  readonly snapshot: Loan<C['snapshot']>;
  readonly parts: { readonly [Keeper in keyof C['parts']]: C['parts'][Keeper] | Promise<C['parts'][Keeper]> };
};

export interface SkippedCheckpoint {
  /** `000000000042` */
  readonly name: string;
  /** As a sentence about the checkpoint: `its manifest is damaged or cut off`. */
  readonly reason: string;
}

export interface RestoredCheckpoint<C extends CheckpointContents> {
  readonly checkpoint: Checkpoint<C>;
  /** Newer ones that could not be used, newest first. */
  readonly skipped: readonly SkippedCheckpoint[];
}

export interface WrittenCheckpoint {
  readonly id: number;
  /** Of the state file. */
  readonly bytes: number;
  /** From the call to the durable manifest; ms. */
  readonly ms: number;
  /** Of that, what this thread was busy for, and the longest of it without a break; ms. */
  readonly busyMs: number;
  readonly longestMs: number;
}

/** The checkpoints of one folder, which nobody else writes to. */
export interface Checkpoints<C extends CheckpointContents> {
  /**
   * Reads the newest checkpoint that is whole; null where there is none at all. Newer ones that are damaged are put
   * aside for good: what happens from here on is another future than theirs.
   *
   * @throws GmvError `checkpoint_newer_format` where newer software wrote one, `checkpoint_damaged` where there are
   * checkpoints and none is whole, `checkpoint_read` where the folder can't be read.
   */
  newest(): Promise<RestoredCheckpoint<C> | null>;
  /**
   * Makes a checkpoint durable by one rename, once its state and all its parts are; then deletes the oldest. One at a
   * time.
   *
   * @throws GmvError `checkpoint_write`: nothing was written, and those before are as they were. What a part throws.
   */
  write(draft: CheckpointDraft<C>): Promise<WrittenCheckpoint>;
  /** Those that are kept, oldest first: what any of them names must stay. */
  manifests(): readonly Manifest[];
}
