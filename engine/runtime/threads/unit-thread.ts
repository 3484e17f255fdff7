import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { DayFigures } from '../../figures/day-figures.ts';
import { buffersOf, type DayTaken, failureOf, type UnitMessage, type UnitTask } from '../replay-messages.ts';
import { replayUnit } from '../replay-unit.ts';

/** Days that may wait for the receiver: enough to keep both busy, few enough to keep memory flat. */
const MOST_WAITING = 4;

/** Thread entry: replays one unit and posts its days as they are complete. */
async function runUnit(port: MessagePort, task: UnitTask): Promise<void> {
  const post = (message: UnitMessage, move: ArrayBuffer[] = []): void => port.postMessage(message, move);
  let waiting = 0;
  let wake = (): void => undefined;
  port.on('message', (_taken: DayTaken) => {
    waiting--;
    wake();
  });
  const onDay = async (figures: DayFigures): Promise<void> => {
    waiting++;
    post({ kind: 'day', figures }, buffersOf(figures));
    while (waiting >= MOST_WAITING) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  try {
    const report = await replayUnit({ ...task, onDay, onRows: (rows) => post({ kind: 'rows', rows }) });
    post({ kind: 'done', report });
  } catch (error) {
    post({ kind: 'failed', failure: failureOf(error) });
  } finally {
    port.close();
  }
}

if (parentPort) await runUnit(parentPort, workerData as UnitTask);
