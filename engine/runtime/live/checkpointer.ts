import { reasonOf } from '../../errors.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import { say } from '../../protocol/sayings.ts';
import type { Loan } from '../../state/loan.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { PipelineSnapshot } from '../pipeline/pipeline-snapshot.ts';
import type { Keeper } from './keeper.ts';

/** What a checkpoint is made of; whoever writes it adds the plan. */
export interface CheckpointContent {
  /** Whoever writes releases it once it was read. */
  readonly snapshot: Loan<PipelineSnapshot>;
  /** Partition → next offset, decimal text. */
  readonly offsets: Readonly<Record<string, string>>;
  /** Keeper → its part, which may still be on its way to the disk. */
  readonly parts: Readonly<Record<string, Promise<unknown>>>;
}

export interface WrittenCheckpoint {
  readonly bytes: number;
  /** The keepers' parts in all checkpoints that are kept. */
  readonly kept: readonly Readonly<Record<string, unknown>>[];
}

/** How checkpoints go. */
export interface CheckpointFacts {
  /** Of the last that is durable: when it was begun (by the stopwatch; ms), how long it took, and its size. */
  readonly last: { readonly begunMs: number; readonly ms: number; readonly bytes: number } | null;
  /** How long the last one held the pipeline up; ms. */
  readonly stallMs: number;
  /** Why the last one failed, or that the disk is slow, for people; null where nothing is wrong. */
  readonly problem: string | null;
}

/** Where one takes long the next begins after so many times as long: a fifth of the time goes to writing at most. */
const TIMES_AS_LONG = 5;
/** One that takes longer than this, and than the time between two, is told; ms. */
const SLOW_MS = 10_000;

export interface CheckpointerOptions {
  readonly pipeline: Pipeline;
  readonly keepers: readonly Keeper[];
  /** Makes it durable. */
  readonly write: (content: CheckpointContent) => Promise<WrittenCheckpoint>;
  readonly everyMs: number;
  readonly stopwatch: () => number;
}

/** Takes checkpoints of a live run beside it: only the snapshot holds it up. One at a time. */
export interface Checkpointer {
  /** Between two batches: begins one where it is time, or where a day is to be sealed, and says whether it did. */
  step(offsets: Readonly<Record<string, string>>): boolean;
  /** Nothing was consumed since the last one was begun, so that what it keeps is all that there is. */
  holds(offsets: Readonly<Record<string, string>>): boolean;
  /** Sealed days that a durable checkpoint knows as such; see `Pipeline.takeSealed`. */
  takeSealed(): DayFigures[];
  facts(): CheckpointFacts;
  /** Takes a last one, after the one under way. Failing is in `facts`. */
  finish(offsets: Readonly<Record<string, string>>): Promise<void>;
}

export function createCheckpointer(options: CheckpointerOptions): Checkpointer {
  const { pipeline, keepers, write, everyMs, stopwatch } = options;
  let underWay: Promise<void> | null = null;
  let begunMs = stopwatch();
  /** Offsets that a durable checkpoint has; where they stay as they are there is nothing to write. */
  let durable = '';
  /** Those that the last one was begun at. */
  let begunAt = '';
  let last: CheckpointFacts['last'] = null;
  let stallMs = 0;
  let problem: string | null = null;
  /** A day was sealed that no durable checkpoint knows of. */
  let sealing = false;

  const begin = (offsets: Readonly<Record<string, string>>): Promise<void> => {
    begunMs = stopwatch();
    const startMs = begunMs;
    begunAt = JSON.stringify(offsets);
    if (pipeline.sealDue()) {
      pipeline.seal();
      sealing = true;
    }
    const snapshot = pipeline.lend();
    const parts = Object.fromEntries(keepers.map((keeper) => [keeper.name, keeper.cut()]));
    // Whoever writes may fail before it asks for them.
    for (const part of Object.values(parts)) part.catch(() => undefined);
    stallMs = stopwatch() - startMs;
    return complete({ snapshot, offsets: { ...offsets }, parts }, startMs);
  };

  const complete = async (content: CheckpointContent, startMs: number): Promise<void> => {
    try {
      const { bytes, kept } = await write(content);
      for (const keeper of keepers) keeper.committed(kept.map((parts) => parts[keeper.name]));
      last = { begunMs: startMs, ms: stopwatch() - startMs, bytes };
      durable = JSON.stringify(content.offsets);
      sealing = false;
      problem = null;
    } catch (error) {
      problem = reasonOf(error);
    } finally {
      content.snapshot.release();
    }
  };

  /** After so long since one was begun the next may be. */
  const intervalMs = (): number => Math.max(everyMs, (last?.ms ?? 0) * TIMES_AS_LONG);

  /** Also of one that is still being written; where nothing comes that would be kept there is nothing to tell. */
  const slowness = (): string | null => {
    const sinceMs = stopwatch() - begunMs;
    const ms = Math.max(underWay ? sinceMs : 0, underWay || sinceMs < intervalMs() ? (last?.ms ?? 0) : 0);
    if (ms <= Math.max(SLOW_MS, everyMs)) return null;
    const seconds = (duration: number): number => Math.round(duration / 1000);
    return say('checkpoint_slow', { seconds: seconds(ms), next: seconds(ms * TIMES_AS_LONG) });
  };

  /** Something was consumed, or sealed, that no durable checkpoint knows of. */
  const hasNews = (offsets: Readonly<Record<string, string>>): boolean =>
    sealing || JSON.stringify(offsets) !== durable;

  return {
    step(offsets) {
      if (underWay || isNowhere(offsets)) return false;
      const isTime = stopwatch() - begunMs >= intervalMs();
      // After a failed one a day that is to be sealed waits its turn, too.
      const isSealing = (isTime || problem === null) && pipeline.sealDue();
      const isNews = isTime && hasNews(offsets);
      if (!isSealing && !isNews) return false;
      underWay = begin(offsets).finally(() => {
        underWay = null;
      });
      return true;
    },
    holds: (offsets) => JSON.stringify(offsets) === begunAt,
    takeSealed: () => (sealing ? [] : pipeline.takeSealed()),
    facts: () => ({ last, stallMs, problem: problem ?? slowness() }),
    async finish(offsets) {
      await underWay;
      if (!isNowhere(offsets) && hasNews(offsets)) await begin(offsets);
    },
  };
}

/** Before the source has found its partitions nothing says from where a later run is to go on. */
function isNowhere(offsets: Readonly<Record<string, string>>): boolean {
  return Object.keys(offsets).length === 0;
}
