import { setImmediate as nextTurn } from 'node:timers/promises';
import { paceOf } from './create-pace.ts';
import type { Pace } from './pace.ts';

export interface KeepPaceOptions {
  readonly pace: Pace;
  /** Ends a wait, whatever the pace. */
  readonly signal?: AbortSignal;
  /** Milliseconds that only go forward. */
  readonly clock: () => number;
}

/** Shorter waits are put together: a timer is a millisecond late by itself. */
const LEAST_WAIT_MS = 4;
/** Work goes on no longer without a look at messages. */
const LONGEST_TURN_MS = 50;

/**
 * What a replay calls after every batch. After b ms of work at a speed s it waits b × (1/s − 1), at speed 0 until there
 * is one; a change of speed counts at once, also in the middle of a wait. Where nothing is to be waited for it gives
 * null, and now and then a promise for the next turn of the event loop, so that messages are heard.
 */
export function createKeepPace({ pace, signal, clock }: KeepPaceOptions): () => Promise<void> | null {
  const cell = new Int32Array(pace.shared);
  const { speed } = paceOf(pace.shared);
  let resumedMs = clock();
  let turnMs = resumedMs;
  /** Work that was not waited for yet. */
  let busyMs = 0;

  const wait = async (): Promise<void> => {
    const startedMs = clock();
    for (;;) {
      const known = Atomics.load(cell, 0);
      const left = dueMs(busyMs, speed()) - (clock() - startedMs);
      if (left <= 0 || signal?.aborted) break;
      await changed(cell, known, left, signal);
    }
    busyMs = 0;
    resumedMs = turnMs = clock();
  };
  const turn = async (): Promise<void> => {
    await nextTurn();
    resumedMs = turnMs = clock();
  };

  return () => {
    const now = clock();
    busyMs += now - resumedMs;
    resumedMs = now;
    const current = speed();
    if (current >= 1) busyMs = 0;
    else if (dueMs(busyMs, current) >= LEAST_WAIT_MS) return wait();
    return now - turnMs >= LONGEST_TURN_MS ? turn() : null;
  };
}

const dueMs = (busyMs: number, speed: number): number =>
  speed > 0 ? busyMs * (1 / speed - 1) : Number.POSITIVE_INFINITY;

/** Whoever waits forever looks again after that, should a wake-up be lost. */
const LONGEST_WAIT_MS = 1000;

/** Settles when the cell holds another value, after `ms`, or on abort. */
async function changed(cell: Int32Array, known: number, ms: number, signal?: AbortSignal): Promise<void> {
  const change = waitAsync(cell, 0, known, Math.min(ms, LONGEST_WAIT_MS));
  if (!change.async) return;
  if (!signal) return void (await change.value);
  let abort = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    abort = resolve;
  });
  signal.addEventListener('abort', abort, { once: true });
  await Promise.race([change.value, aborted]);
  signal.removeEventListener('abort', abort);
}

interface AsyncWait {
  readonly async: boolean;
  readonly value: unknown;
}

/** ES2024, which every Node that is supported has and the compiler's library does not. */
const waitAsync = Reflect.get(Atomics, 'waitAsync') as (
  cell: Int32Array,
  index: number,
  value: number,
  timeoutMs: number,
) => AsyncWait;
