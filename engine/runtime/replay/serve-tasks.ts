import type { MessagePort } from 'node:worker_threads';
import { failureOf } from '../../errors.ts';
import { lowerPriority } from '../threads/lower-priority.ts';
import type { StopMessage } from '../threads/thread-messages.ts';
import { createPace, paceOf } from './create-pace.ts';
import { createPostDays, type PostDays } from './post-days.ts';
import { replayTask, type TaskReport, type TaskRequest } from './replay-task.ts';
import type { FromTaskThread, ToTaskThread } from './task-messages.ts';

/** The body of a pooled unit thread: replays the tasks that come, at the lowest priority, until it is asked to stop. */
export function serveTasks(port: MessagePort): Promise<void> {
  const post = (message: FromTaskThread, move: ArrayBuffer[] = []): void => port.postMessage(message, move);
  const problem = lowerPriority();
  if (problem !== null) post({ kind: 'priority', problem });
  let stop = new AbortController();
  let days: PostDays | null = null;
  const cancel = (): void => stop.abort(new Error('asked to stop'));

  const run = (request: TaskRequest, shared: SharedArrayBuffer | null): Promise<TaskReport> => {
    stop = new AbortController();
    const { signal } = stop;
    const taker = createPostDays({ send: (figures, move) => post({ kind: 'day', figures }, move), signal });
    days = taker;
    return replayTask({
      ...request,
      onDay: taker.post,
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
