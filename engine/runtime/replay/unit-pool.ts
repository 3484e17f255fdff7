import { rm } from 'node:fs/promises';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { GmvError, reasonOf } from '../../errors.ts';
import type { ComputedDay } from '../../history/staging.ts';
import { startThread, type Thread } from '../threads/start-thread.ts';
import { threadError } from '../threads/thread-error.ts';
import type { Pace } from './pace.ts';
import type { TaskReport, TaskRequest } from './replay-task.ts';
import type { FromTaskThread, PooledThread, ToTaskThread } from './task-messages.ts';

export interface RunTaskOptions extends TaskRequest {
  /** Takes each wanted day once, as days become complete. Not called any more once the task has failed. */
  readonly onDay: (day: ComputedDay) => void | Promise<void>;
  readonly onRows?: (rows: number) => void;
  /** Default: full speed. */
  readonly pace?: Pace;
  readonly signal?: AbortSignal;
}

/** Threads that replay tasks, kept from one task to the next: to start one takes longer than many a task. */
export interface UnitPool {
  /**
   * Waits for a thread and replays the task in it.
   *
   * @throws GmvError as `replayTask`; `thread_crashed` that names days and files where the thread ended (the next task
   * gets another one); what `onDay` threw; the signal's reason, within two seconds of it.
   */
  run(options: RunTaskOptions): Promise<TaskReport>;
  /** From now on so many tasks at a time; those that run go on. */
  resize(threads: number): void;
  /** Ends all threads; tasks that wait or run fail. */
  close(): Promise<void>;
}

export interface UnitPoolOptions {
  readonly threads: number;
  /** Folder in which its threads put days into files, for history to take them from; default: they give figures. */
  readonly staging?: string;
  /** Told once where threads can't have a lower priority than others, for people. */
  readonly onProblem?: (problem: string) => void;
}

/** Time for a thread to end its task by itself. */
const CANCEL_MS = 1500;
/** A thread without tasks gives its memory back after that. */
const IDLE_MS = 30_000;

interface PoolThread {
  readonly thread: Thread<ToTaskThread>;
  /** What it says about the task that it has. */
  take: ((message: FromTaskThread) => void) | null;
  /** Hears that the thread is gone, and why. */
  gone: ((reason: GmvError | null) => void) | null;
  idle: NodeJS.Timeout | null;
}

/** Creates a pool; threads are started as tasks need them. */
export function createUnitPool({ threads, staging, onProblem }: UnitPoolOptions): UnitPool {
  const idle: PoolThread[] = [];
  const all = new Set<PoolThread>();
  const waiting: (() => void)[] = [];
  const closed = new AbortController();
  let limit = Math.max(1, threads);
  let running = 0;
  let isTold = false;

  const start = (): PoolThread => {
    const thread = startThread<ToTaskThread, FromTaskThread>({
      name: 'unit-thread',
      task: { pooled: true, staging: staging ?? null } satisfies PooledThread,
      onMessage: (message) => {
        if (message.kind !== 'priority') own.take?.(message);
        else if (!isTold) {
          isTold = true;
          onProblem?.(`Backfills compete with live for the processor: ${message.problem}`);
        }
      },
    });
    const own: PoolThread = { thread, take: null, gone: null, idle: null };
    all.add(own);
    thread.ended.then((reason) => {
      all.delete(own);
      remove(idle, own);
      own.gone?.(reason);
    });
    return own;
  };

  const rest = (own: PoolThread): void => {
    const retire = (): void => {
      if (remove(idle, own)) own.thread.stop(CANCEL_MS);
    };
    own.idle = setTimeout(retire, IDLE_MS).unref();
    idle.push(own);
  };

  /** Settles when the caller is one of those that run. */
  const turn = async (signal: AbortSignal): Promise<void> => {
    if (running < limit) return void running++;
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        remove(waiting, go);
        reject(signal.reason);
      };
      waiting.push(go);
      signal.addEventListener('abort', abort, { once: true });
    });
  };

  const fill = (): void => {
    while (running < limit) {
      const go = waiting.shift();
      if (!go) return;
      running++;
      go();
    }
  };

  return {
    async run(options) {
      // One of its own for each task: many may wait for either.
      const signal = AbortSignal.any([closed.signal, ...(options.signal ? [options.signal] : [])]);
      signal.throwIfAborted();
      await turn(signal);
      try {
        const own = idle.pop() ?? start();
        if (own.idle) clearTimeout(own.idle);
        const { outcome, failure } = await runIn(own, options, signal);
        if (outcome === 'gone') await own.thread.stop(0);
        else rest(own);
        if (failure) throw failure.reason;
        return outcome as TaskReport;
      } finally {
        running--;
        fill();
      }
    },
    resize(count) {
      limit = Math.max(1, count);
      fill();
    },
    async close() {
      closed.abort(new GmvError('pool_closed', 'The replay was ended', 'Start it again.'));
      await Promise.all([...all].map(({ thread }) => thread.stop(CANCEL_MS)));
    },
  };
}

interface Ran {
  /** `gone`: the thread is of no use any more. */
  readonly outcome: TaskReport | 'failed' | 'gone';
  readonly failure: { readonly reason: unknown } | null;
}

/** Runs a task in a thread; settles when that is done with it. */
async function runIn(own: PoolThread, options: RunTaskOptions, signal: AbortSignal): Promise<Ran> {
  const { plan, figures, task, onDay, onRows, pace } = options;
  const { thread } = own;
  const request: TaskRequest = { plan, figures, task };
  const days: Promise<void>[] = [];
  const first: { failure: Ran['failure'] } = { failure: null };
  let end: (outcome: Ran['outcome']) => void = () => undefined;
  let force: NodeJS.Timeout | undefined;
  const ended = new Promise<Ran['outcome']>((resolve) => {
    end = resolve;
  });
  const fail = (reason: unknown): void => {
    if (first.failure) return;
    first.failure = { reason };
    thread.post({ kind: 'cancel' });
    force = setTimeout(() => end('gone'), CANCEL_MS);
  };
  const takeDay = async (day: ComputedDay): Promise<void> => {
    if (first.failure) return giveUp(day);
    await onDay(day);
    thread.post({ kind: 'day-taken' });
  };
  const abort = (): void => fail(signal.reason);

  own.take = (message) => {
    if (message.kind === 'rows') onRows?.(message.rows);
    else if (message.kind === 'day') days.push(takeDay(message.day).catch(fail));
    else if (message.kind === 'done') end(message.report);
    else if (message.kind === 'task-failed') {
      first.failure ??= { reason: threadError('unit-thread', message.failure) };
      end('failed');
    }
  };
  own.gone = (reason) => {
    first.failure ??= { reason: crashed(request, reason) };
    end('gone');
  };
  signal.addEventListener('abort', abort, { once: true });
  thread.post({ kind: 'run', request, pace: pace?.shared ?? null });
  let outcome = await ended;
  own.take = null;
  // The thread is done before the days that it posted have all been taken.
  await Promise.all(days);
  own.gone = null;
  signal.removeEventListener('abort', abort);
  clearTimeout(force);
  if (outcome !== 'gone' && first.failure) outcome = 'failed';
  return { outcome, failure: first.failure };
}

/** Nobody will take it any more. */
async function giveUp(day: ComputedDay): Promise<void> {
  if ('folder' in day) await rm(day.folder, { recursive: true, force: true });
}

/** Of a thread that ended before its report, by what it was doing. */
function crashed({ task, plan }: TaskRequest, reason: GmvError | null): GmvError {
  const calendar = createBusinessCalendar(plan.timeZone);
  const labels = [...new Set([task.days[0] ?? 0, task.days.at(-1) ?? 0])].map(
    (day) => calendar.dayOfIndex(day).label,
  );
  const files = task.files.slice(0, 3).map(({ path }) => path);
  const others = task.files.length > files.length ? ` and ${task.files.length - files.length} others` : '';
  const why = reason ? reasonOf(reason.cause ?? reason) : 'it was ended';
  return new GmvError(
    'thread_crashed',
    `The thread that replayed ${labels.join(' to ')} from ${files.join(', ')}${others} crashed: ${why}`,
    'Try these days again.',
    { cause: reason, retriable: true },
  );
}

function remove<T>(list: T[], item: T): boolean {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
  return at >= 0;
}
