import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { RecordBatch } from '../../events/record-batch.ts';
import type { Epoch } from '../../figures/epoch.ts';
import type { Source, SourceBatch } from '../../sources/source.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Checkpointer } from './checkpointer.ts';
import { createIdlePartitions } from './idle-partitions.ts';
import type { Keeper } from './keeper.ts';

/** At most so much time between two epochs while there are changes; ms. */
const STEP_MS = 100;
/** An epoch without changes goes out this often, as a sign of life; ms. */
const IDLE_STEP_MS = 1000;
/** Under backlog the loop gives way to messages at least this often; ms. */
const TURN_MS = 20;
const IDLE_AFTER_MS = 60_000;
/** Between two epochs lies so many times what the last one took, so that they are a fifth of the loop's work at most. */
const TIMES_AS_LONG = 4;
/** A twentieth of what is replayed, where nobody can tell ten a second from one: but one a second there is. */
const TIMES_AS_LONG_REPLAYING = 19;
const REPLAYING_STEP_MS = 1000;

type Polled = Awaited<ReturnType<Source['poll']>>;

/** What the loop does instead of polling while a keeper lags. */
const WAITING = { kind: 'idle', retryAfterMs: 5 } as const;

export interface LiveLoopOptions {
  readonly source: Source;
  readonly pipeline: Pipeline;
  /** Epoch ms. */
  readonly clock: { now(): number };
  readonly runId: string;
  readonly post: (epoch: Epoch) => void;
  /** False while the receiver lags: changes then coalesce into a later epoch. Default: always true. */
  readonly mayPost?: () => boolean;
  readonly signal: AbortSignal;
  /** Next offsets at the start, of a run that goes on from a checkpoint; default: none. */
  readonly offsets?: Readonly<Record<string, string>>;
  /** Keep what is consumed, where it comes as records; default: none. */
  readonly keepers?: readonly Keeper[];
  /** Without one, days are sealed as the watermark says. */
  readonly checkpointer?: Checkpointer;
  /** A partition that is quiet for so long holds no watermark up; ms, default 60,000. */
  readonly idleAfterMs?: number;
  /** Milliseconds that only go forward; default: the process's. */
  readonly stopwatch?: () => number;
}

/**
 * Polls the source, takes every batch through the pipeline and posts an epoch at most every 100 ms, rarer where they are
 * dear, until the source ends (the last epoch holds everything) or the signal aborts: then it takes a last checkpoint, so
 * that the next start has nothing to do again. Closes the source.
 *
 * @throws what source or pipeline throw.
 */
export async function runLiveLoop(options: LiveLoopOptions): Promise<void> {
  const { source, pipeline, clock, runId, post, mayPost = () => true, signal } = options;
  const { stopwatch = () => performance.now(), keepers = [], checkpointer } = options;
  const offsets: Record<string, string> = { ...options.offsets };
  const idlePartitions = createIdlePartitions({ afterMs: options.idleAfterMs ?? IDLE_AFTER_MS, stopwatch });
  let epoch = 0;
  let replaying = false;
  // What a pipeline brings from a checkpoint is news to whoever it posts to.
  let changed = pipeline.openDays().length > 0;
  let postedMs = Number.NEGATIVE_INFINITY;
  const beganMs = stopwatch();
  let turnMs = beganMs;
  let tookMs = 0;
  // No day may be sealed before the source has found the partitions that had no event yet.
  const waitedFor = Object.keys(offsets);
  if (waitedFor.length > 0)
    pipeline.setPartitions(waitedFor.map((partition) => ({ partition, idle: false })));

  const postEpoch = (): void => {
    const startMs = stopwatch();
    const dataToMs = pipeline.dataToMs();
    // Sealed days first: a day that seals now has no more changes.
    if (!checkpointer) pipeline.seal();
    const sealed = checkpointer ? checkpointer.takeSealed() : pipeline.takeSealed();
    post({
      runId,
      epoch: ++epoch,
      watermarkMs: pipeline.watermarkMs(),
      dataToMs,
      offsets: { ...offsets },
      atCheckpoint: checkpointer?.holds(offsets) ?? false,
      counts: pipeline.counts(),
      replaying,
      lagMs: dataToMs === null ? null : clock.now() - dataToMs,
      days: changed ? pipeline.takeChanges() : [],
      sealed,
    });
    changed = false;
    postedMs = stopwatch();
    tookMs = postedMs - startMs;
  };

  /** Time between two epochs while there are changes; ms. */
  const stepMs = (): number => {
    const rarer = replaying ? Math.min(REPLAYING_STEP_MS, tookMs * TIMES_AS_LONG_REPLAYING) : 0;
    return Math.max(STEP_MS, tookMs * TIMES_AS_LONG, rarer);
  };

  /** Time until the next epoch is due; ms, not above zero when it is. */
  const untilDue = (): number => postedMs + (changed ? stepMs() : IDLE_STEP_MS) - stopwatch();

  const take = ({ batch, partition, nextOffset, replaying: old }: SourceBatch): void => {
    const fates = pipeline.process(batch, { partition });
    if (fates) for (const keeper of keepers) keeper.take(batch as RecordBatch, partition, fates);
    offsets[partition] = nextOffset;
    replaying = old;
    changed ||= batch.length > 0;
  };

  try {
    while (!signal.aborted) {
      // While a keeper lags nothing is taken, and nothing is said of partitions that wait; all else goes on.
      const mayTake = keepers.every((keeper) => keeper.ready());
      const polled: Polled = mayTake ? await source.poll() : { ...WAITING, replaying };
      if (polled.kind === 'end') {
        while (!mayPost() && !signal.aborted) await sleep(5);
        replaying = false;
        postEpoch();
        return;
      }
      if (polled.kind === 'batch') take(polled);
      else replaying = polled.replaying ?? false;
      const partitions = mayTake ? source.partitions?.() : undefined;
      if (partitions && partitions.length > 0) pipeline.setPartitions(idlePartitions(partitions));
      // Also of partitions of which nothing came yet, and past records that give no rows.
      for (const { partition, nextOffset } of partitions ?? []) offsets[partition] = nextOffset;
      const hasCut = checkpointer?.step(offsets) ?? false;
      // Before a replay has given anything there is nothing to publish; of a stream it is told that it gives nothing.
      const isSilent = partitions !== undefined && stopwatch() - beganMs > IDLE_STEP_MS;
      const begun = epoch > 0 || changed || !replaying || isSilent;
      // What is published at a checkpoint can be compared with a replay of what it keeps.
      if (begun && (hasCut || untilDue() <= 0) && mayPost()) postEpoch();
      if (polled.kind === 'idle') {
        const waitMs = begun ? Math.min(polled.retryAfterMs, Math.max(5, untilDue())) : polled.retryAfterMs;
        await sleep(waitMs, undefined, { signal }).catch(stopped);
        turnMs = stopwatch();
      } else if (stopwatch() - turnMs > TURN_MS) {
        await nextTurn();
        turnMs = stopwatch();
      }
    }
    await checkpointer?.finish(offsets);
  } finally {
    await source.close();
  }
}

/** A sleep that the signal ends is no error. */
function stopped(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}
