import { setTimeout as sleep } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { failureOf } from '../../errors.ts';
import { watchLoopDelay } from './loop-delay.ts';
import type { AnyThreadMessage } from './thread-messages.ts';

/** What a thread that fails has to close gets so long; ms. */
const CLOSE_WITHIN_MS = 2000;

/**
 * The frame of a thread's entry: reports its event loop's delay while `body` runs, and an error as data before
 * the thread ends with code 1; it ends when `body` does. An error that nobody caught counts as one of `body`. What
 * `atEnd` was given is closed in any case: DuckDB that is at work when its thread goes takes the whole process along.
 */
export async function runThread(
  port: MessagePort,
  body: (atEnd: (close: () => Promise<void>) => void) => Promise<void>,
): Promise<void> {
  const post = (message: AnyThreadMessage): void => port.postMessage(message);
  const unwatch = watchLoopDelay((delay) => post({ kind: 'loop-delay', delay }));
  const closing: (() => Promise<void>)[] = [];
  const uncaught = new Promise<never>((_, fail) => process.on('uncaughtException', fail));
  try {
    await Promise.race([body((close) => closing.push(close)), uncaught]);
    for (const close of closing.splice(0)) await close();
  } catch (error) {
    post({ kind: 'failed', failure: failureOf(error) });
    process.exitCode = 1;
    await Promise.race([Promise.allSettled(closing.map((close) => close())), sleep(CLOSE_WITHIN_MS)]);
  }
  unwatch();
  // Ends this thread only; ports to threads that are gone would keep it.
  process.exit();
}
