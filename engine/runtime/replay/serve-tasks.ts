import { join } from 'node:path';
import { type MessagePort, threadId } from 'node:worker_threads';
import { failureOf } from '../../errors.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import { stageDay } from '../../history/staged/stage-day.ts';
import type { ComputedDay } from '../../history/staging.ts';
import { lowerPriority } from '../threads/lower-priority.ts';
import type { StopMessage } from '../threads/thread-messages.ts';
import { createPace, paceOf } from './create-pace.ts';
import { createPostDays, type PostDays } from './post-days.ts';
import { replayTask, type TaskReport, type TaskRequest } from './replay-task.ts';
import type { FromTaskThread, PooledThread, ToTaskThread } from './task-messages.ts';

/** The body of a pooled unit thread: replays the tasks that come, at the lowest priority, until it is asked to stop. */
export function serveTasks(port: MessagePort, { staging }: PooledThread): Promise<void> {
  const post = (message: FromTaskThread, move: ArrayBuffer[] = []): void => port.postMessage(message, move);
  const problem = lowerPriority();
  if (problem !== null) post({ kind: 'priority', problem });
  let stop = new AbortController();
  let days: PostDays<ComputedDay> | null = null;
  let staged = 0;
  const cancel = (): void => stop.abort(new Error('asked to stop'));

  const run = (request: TaskRequest, shared: SharedArrayBuffer | null): Promise<TaskReport> => {
    stop = new AbortController();
    const { signal } = stop;
    const taker = createPostDays<ComputedDay>({
      send: (day, move) => post({ kind: 'day', day }, move),
      signal,
    });
    days = taker;
    const stage = async (day: DayFigures): Promise<ComputedDay> =>
      staging === null ? day : stageDay(day, join(staging, `${threadId}-${++staged}`));
    return replayTask({
      ...request,
      onDay: async (figures) => taker.post(await stage(figures)),
      onRows: (rows) => post({ kind: 'rows', rows }),
      // At full speed, too, messages are heard between batches.
      pace: shared ? paceOf(shared) : createPace(),
      signal,
    });
  };

  return new Promise((resolve) => {
    port.on('message', (message: ToTaskThread | StopMessage) => {
      if (message.kind === 'run') {
        run(message.request, message.pace).then(
          (report) => post({ kind: 'done', report }),
          (error: unknown) => post({ kind: 'task-failed', failure: failureOf(error) }),
        );
      } else if (message.kind === 'day-taken') days?.taken();
      else {
        cancel();
        if (message.kind === 'stop') resolve();
      }
    });
  });
}
