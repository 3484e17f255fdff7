import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { DayFigures } from '../../figures/day-figures.ts';
import { createPostDays } from '../replay/post-days.ts';
import type { ToUnitThread, UnitMessage, UnitTask } from '../replay/replay-messages.ts';
import { replayUnit } from '../replay/replay-unit.ts';
import { serveTasks } from '../replay/serve-tasks.ts';
import type { PooledThread } from '../replay/task-messages.ts';
import { letHeapsGrow } from './let-heaps-grow.ts';
import { runThread } from './run-thread.ts';

/** Replays one unit and posts its days as they are complete. */
async function runUnit(port: MessagePort, task: UnitTask): Promise<void> {
  const post = (message: UnitMessage, move: ArrayBuffer[] = []): void => port.postMessage(message, move);
  const stop = new AbortController();
  const days = createPostDays<DayFigures>({
    send: (figures, move) => post({ kind: 'day', figures }, move),
    signal: stop.signal,
  });
  port.on('message', ({ kind }: ToUnitThread) => {
    if (kind === 'stop') stop.abort(new Error('asked to stop'));
    else days.taken();
  });
  const onRows = (rows: number): void => post({ kind: 'rows', rows });
  const report = await replayUnit({
    ...task,
    onDay: days.post,
    onRows,
    signal: stop.signal,
    tellTexts: true,
  });
  post({ kind: 'done', report });
}

/** Thread entry: one unit of a replay, or tasks one after another as one of a pool. */
if (parentPort) {
  const port = parentPort;
  const start = workerData as UnitTask | PooledThread;
  letHeapsGrow();
  await runThread(port, () => ('pooled' in start ? serveTasks(port, start) : runUnit(port, start)));
}
