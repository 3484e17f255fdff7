import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { DayFigures } from '../../figures/day-figures.ts';
import { buffersOf, type ToUnitThread, type UnitMessage, type UnitTask } from '../replay/replay-messages.ts';
import { replayUnit } from '../replay/replay-unit.ts';
import { runThread } from './run-thread.ts';

/** Bytes of days that may wait for the receiver: enough that neither stands still, few enough to keep memory flat. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024;

/** Thread entry: replays one unit and posts its days as they are complete. */
async function runUnit(port: MessagePort, task: UnitTask): Promise<void> {
  const post = (message: UnitMessage, move: ArrayBuffer[] = []): void => port.postMessage(message, move);
  const stop = new AbortController();
  const waiting: number[] = [];
  let waitingBytes = 0;
  let wake = (): void => undefined;
  port.on('message', ({ kind }: ToUnitThread) => {
    if (kind === 'stop') stop.abort(new Error('asked to stop'));
    else waitingBytes -= waiting.shift() ?? 0;
    wake();
  });
  const onDay = async (figures: DayFigures): Promise<void> => {
    const buffers = buffersOf(figures);
    const bytes = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
    waiting.push(bytes);
    waitingBytes += bytes;
    post({ kind: 'day', figures }, buffers);
    while (waitingBytes > MOST_WAITING_BYTES && !stop.signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const onRows = (rows: number): void => post({ kind: 'rows', rows });
  const report = await replayUnit({ ...task, onDay, onRows, signal: stop.signal, tellTexts: true });
  post({ kind: 'done', report });
}

if (parentPort) {
  const port = parentPort;
  await runThread(port, () => runUnit(port, workerData as UnitTask));
}
