import { setTimeout as sleep } from 'node:timers/promises';
import type { Thread } from './start-thread.ts';

/** Waits before the 1st, 2nd, … restart in a row; ms. */
const BACKOFF_MS = [200, 1000, 5000, 15_000, 30_000];
/** A thread that ran for so long has recovered: its next restart is a first one again; ms. */
const STEADY_AFTER_MS = 60_000;

export interface KeepThreadOptions {
  readonly name: string;
  /**
   * Starts the thread, gives it to `running` at once, and settles when it is at work. What it waits for before
   * that ends with the signal.
   */
  readonly start: (running: (thread: Thread<never>) => void, signal: AbortSignal) => Promise<void>;
  /** It ended, whatever the reason; called before it starts again. */
  readonly onEnded?: () => void;
  /** It ended by itself and starts again. `inARow` counts failures without a steady minute between. */
  readonly onRestart: (name: string, error: Error, inARow: number) => void;
  readonly backoffMs?: readonly number[];
}

/** A thread that is started again whenever it fails, until it ends by itself in order or is stopped. */
export interface KeptThread {
  /** Ends the running thread and starts it anew, at once; one that has done its work stays ended. */
  restart(): Promise<void>;
  stop(withinMs: number): Promise<void>;
}

export function keepThread(options: KeepThreadOptions): KeptThread {
  const { name, start, onEnded, onRestart, backoffMs = BACKOFF_MS } = options;
  const stopping = new AbortController();
  let round = new AbortController();
  let current: Thread<never> | null = null;
  let restarting = false;

  /** Null when it ended in order. */
  const runOnce = async (): Promise<Error | null> => {
    const signal = AbortSignal.any([stopping.signal, round.signal]);
    try {
      await start((thread) => {
        current = thread;
      }, signal);
      return (await current?.ended) ?? null;
    } catch (error) {
      // What the thread itself says of its end says more than who waited for it.
      const ended = current ? await Promise.race([current.ended, sleep(1000, null)]) : null;
      return ended ?? (error instanceof Error ? error : new Error(String(error)));
    } finally {
      current = null;
      onEnded?.();
    }
  };

  const keep = async (): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      restarting = false;
      round = new AbortController();
      const startedMs = performance.now();
      const error = await runOnce();
      if (stopping.signal.aborted) return;
      if (restarting) continue;
      if (error === null) return;
      failures = performance.now() - startedMs > STEADY_AFTER_MS ? 1 : failures + 1;
      onRestart(name, error, failures);
      const waitMs = backoffMs[Math.min(failures, backoffMs.length) - 1] ?? 0;
      await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const kept = keep();

  return {
    async restart() {
      if (stopping.signal.aborted) return;
      restarting = true;
      round.abort(new Error(`the ${name} is started anew`));
      await current?.stop(1000);
    },
    async stop(withinMs) {
      stopping.abort(new Error(`the ${name} stops`));
      await current?.stop(withinMs);
      await kept;
    },
  };
}
