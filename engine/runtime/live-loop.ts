import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Epoch } from '../figures/epoch.ts';
import type { Source } from '../sources/source.ts';
import type { Pipeline } from './pipeline/pipeline.ts';

/** At most so much time between two epochs while there are changes; ms. */
const STEP_MS = 100;
/** An epoch without changes goes out this often, as a sign of life; ms. */
const IDLE_STEP_MS = 1000;
/** Under backlog the loop gives way to messages at least this often; ms. */
const TURN_MS = 20;
/** Making an epoch may take a fifth of the loop's time: where it takes longer, epochs get rarer. */
const EPOCH_SHARE = 4;

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
  /** Milliseconds that only go forward; default: the process's. */
  readonly stopwatch?: () => number;
}

/**
 * Polls the source, takes every batch through the pipeline and posts an epoch at most every 100 ms, until the
 * source ends (the last epoch holds everything) or the signal aborts. Closes the source.
 *
 * @throws what source or pipeline throw.
 */
export async function runLiveLoop(options: LiveLoopOptions): Promise<void> {
  const { source, pipeline, clock, runId, post, mayPost = () => true, signal } = options;
  const { stopwatch = () => performance.now() } = options;
  const offsets: Record<string, string> = {};
  let epoch = 0;
  let replaying = false;
  let changed = false;
  let postedMs = Number.NEGATIVE_INFINITY;
  let turnMs = stopwatch();
  let stepMs = STEP_MS;

  const postEpoch = (): void => {
    const startMs = stopwatch();
    const dataToMs = pipeline.dataToMs();
    // Sealed days first: a day that seals now has no more changes.
    pipeline.seal();
    const sealed = pipeline.takeSealed();
    post({
      runId,
      epoch: ++epoch,
      watermarkMs: pipeline.watermarkMs(),
      dataToMs,
      offsets: { ...offsets },
      counts: pipeline.counts(),
      replaying,
      lagMs: dataToMs === null ? null : clock.now() - dataToMs,
      days: changed ? pipeline.takeChanges() : [],
      sealed,
    });
    changed = false;
    postedMs = stopwatch();
    stepMs = Math.max(STEP_MS, (postedMs - startMs) * EPOCH_SHARE);
  };

  /** Time until the next epoch is due; ms, not above zero when it is. */
  const untilDue = (): number => postedMs + (changed ? stepMs : IDLE_STEP_MS) - stopwatch();

  try {
    while (!signal.aborted) {
      const polled = await source.poll();
      if (polled.kind === 'end') {
        while (!mayPost() && !signal.aborted) await sleep(5);
        replaying = false;
        postEpoch();
        return;
      }
      if (polled.kind === 'batch') {
        pipeline.process(polled.batch, { partition: polled.partition });
        offsets[polled.partition] = polled.nextOffset;
        replaying = polled.replaying;
        changed ||= polled.batch.length > 0;
      } else {
        replaying = polled.replaying ?? false;
      }
      // Before a replay has given anything there is nothing to publish.
      const begun = epoch > 0 || changed || !replaying;
      if (begun && untilDue() <= 0 && mayPost()) postEpoch();
      if (polled.kind === 'idle') {
        const waitMs = begun ? Math.min(polled.retryAfterMs, Math.max(5, untilDue())) : polled.retryAfterMs;
        await sleep(waitMs, undefined, { signal }).catch(stopped);
        turnMs = stopwatch();
      } else if (stopwatch() - turnMs > TURN_MS) {
        await nextTurn();
        turnMs = stopwatch();
      }
    }
  } finally {
    await source.close();
  }
}

/** A sleep that the signal ends is no error. */
function stopped(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}
