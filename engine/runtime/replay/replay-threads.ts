import { GmvError } from '../../errors.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import { startThread } from '../threads/start-thread.ts';
import type { ToUnitThread, UnitMessage, UnitTask } from './replay-messages.ts';
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
  const { plan, files, unit, name, signal, onDay, onRows } = options;
  signal?.throwIfAborted();
  const { promise, resolve, reject } = settleable<UnitReport>();
  const days: Promise<void>[] = [];
  let reported = false;
  const takeDay = async (figures: DayFigures): Promise<void> => {
    await onDay(figures);
    thread.post({ kind: 'day-taken' });
  };
  const thread = startThread<ToUnitThread, UnitMessage>({
    name: 'unit-thread',
    task: { plan, files, unit } satisfies UnitTask,
    onMessage: (message) => {
      if (message.kind === 'rows') onRows?.(message.rows);
      else if (message.kind === 'day') {
        const day = takeDay(message.figures);
        days.push(day);
        day.catch(reject);
      } else {
        // The thread is gone before the days it posted have all been taken.
        reported = true;
        Promise.all(days).then(() => resolve(message.report), reject);
      }
    },
  });
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  thread.ended.then((failure) => {
    if (!reported) reject(whyEnded(name, failure));
  });
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', abort);
    await thread.stop(0);
  }
}

/** Errors of the data pass as they are; anything else is a crash of that unit. */
function whyEnded(name: string, failure: GmvError | null): GmvError {
  if (failure && failure.code !== 'thread_crashed') return failure;
  const { cause } = failure ?? {};
  const reason = cause instanceof Error ? cause.message : 'it ended before its report';
  return new GmvError(
    'thread_crashed',
    `The thread of ${name} crashed: ${reason}`,
    'Try again; one thread alone (--threads 1) needs less memory.',
    { cause, retriable: true },
  );
}

function settleable<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((res, rej) => {
    resolve = res;
    reject = rej;
  });
  return { promise, resolve, reject };
}
