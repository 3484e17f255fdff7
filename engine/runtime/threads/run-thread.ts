import type { MessagePort } from 'node:worker_threads';
import { failureOf } from '../../errors.ts';
import { watchLoopDelay } from './loop-delay.ts';
import type { AnyThreadMessage } from './thread-messages.ts';

/**
 * The frame of a thread's entry: reports its event loop's delay while `body` runs, and an error as data before
 * the thread ends with code 1; it ends when `body` does.
 */
export async function runThread(port: MessagePort, body: () => Promise<void>): Promise<void> {
  const post = (message: AnyThreadMessage): void => port.postMessage(message);
  const unwatch = watchLoopDelay((delay) => post({ kind: 'loop-delay', delay }));
  try {
    await body();
  } catch (error) {
    post({ kind: 'failed', failure: failureOf(error) });
    process.exitCode = 1;
  }
  unwatch();
  // Ends this thread only; ports to threads that are gone would keep it.
  process.exit();
}
