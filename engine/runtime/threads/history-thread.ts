import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { prepareHistory } from '../../jobs/prepare-history.ts';
import { buffersOf } from '../replay/replay-messages.ts';
import { runThread } from './run-thread.ts';
import type {
  DataToHistory,
  FromHistoryThread,
  HistoryTask,
  HistoryToData,
  StopMessage,
} from './thread-messages.ts';

const main = parentPort;
if (main) {
  const stopping = new AbortController();
  const { port, clockOffsetMs, dataFolder, simulator, plan, ...task } = workerData as HistoryTask;
  const post = (message: FromHistoryThread): void => main.postMessage(message);
  const waiting: (() => void)[] = [];
  port.on('message', (_taken: DataToHistory) => waiting.shift()?.());
  main.on('message', (_stop: StopMessage) => stopping.abort(new Error('the server stops')));
  await runThread(main, async () => {
    try {
      await prepareHistory({
        ...task,
        ...simulator,
        plan,
        dataFolder,
        folder: join(dataFolder, 'sample'),
        calendar: createBusinessCalendar(plan.timeZone),
        clock: { now: () => Date.now() + clockOffsetMs },
        signal: stopping.signal,
        onToday: (schedule, today) => post({ kind: 'today', schedule, today }),
        onProgress: (replay) => post({ kind: 'progress', replay }),
        onDay: (figures) =>
          new Promise((done) => {
            waiting.push(done);
            port.postMessage({ kind: 'day', figures } satisfies HistoryToData, buffersOf(figures));
          }),
      });
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    } finally {
      port.close();
    }
  });
}
