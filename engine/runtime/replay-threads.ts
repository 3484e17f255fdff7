import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { GmvError } from '../errors.ts';
import { crashed, type DayTaken, errorOf, type UnitMessage, type UnitTask } from './replay-messages.ts';
import type { ReplayUnitOptions, UnitReport } from './replay-unit.ts';

export interface UnitInThreadOptions extends ReplayUnitOptions {
  /** For errors: `unit 2 of 3`. */
  readonly name: string;
}

/**
 * Runs one unit in a thread of its own; otherwise as `replayUnit`.
 *
 * @throws GmvError `thread_crashed` that names the unit when the thread ends without a report, besides
 * `replayUnit`'s own errors.
 */
export async function replayUnitInThread(options: UnitInThreadOptions): Promise<UnitReport> {
  const { plan, files, unit, name, signal } = options;
  signal?.throwIfAborted();
  const task: UnitTask = { plan, files, unit };
  const worker = new Worker(unitThreadFile(), { workerData: task, name });
  let abort = (): void => undefined;
  try {
    return await new Promise<UnitReport>((resolve, reject) => {
      abort = () => reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      worker.on('error', (error) => reject(crashed(name, error.message)));
      worker.on('exit', (code) => reject(crashed(name, `it ended with code ${code} before its report`)));
      worker.on('message', (message: UnitMessage) => {
        if (message.kind === 'rows') options.onRows?.(message.rows);
        else if (message.kind === 'done') resolve(message.report);
        else if (message.kind === 'failed') reject(errorOf(message.failure, name));
        else takeDay(message.figures).catch(reject);
      });
    });
  } finally {
    signal?.removeEventListener('abort', abort);
    await worker.terminate();
  }

  async function takeDay(figures: Parameters<ReplayUnitOptions['onDay']>[0]): Promise<void> {
    await options.onDay(figures);
    worker.postMessage({ kind: 'day-taken' } satisfies DayTaken);
  }
}

/**
 * The built thread file: beside the bundle that this code is in, or in `dist/` when it runs from its source
 * (Node's loaders for TypeScript don't reach worker threads).
 */
function unitThreadFile(): URL {
  const places = ['./threads/unit-thread.js', './unit-thread.js', '../../dist/threads/unit-thread.js'];
  const found = places
    .map((place) => new URL(place, import.meta.url))
    .find((url) => existsSync(fileURLToPath(url)));
  if (found) return found;
  throw new GmvError('not_built', 'dist/threads/unit-thread.js is missing', 'Run: npm run build');
}
