import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { createHeldFiles } from '../../datasets/hold-files.ts';
import { liveFolders } from '../live/live-folders.ts';
import type { Capture, CaptureFeed } from '../parity/capture.ts';
import { createParityMeter } from '../parity/parity-meter.ts';
import { replayArchived } from '../parity/replay-archived.ts';
import { replaySimulated } from '../parity/replay-simulated.ts';
import { type Answer, createCaller } from './calls.ts';
import { runThread } from './run-thread.ts';
import type { FromParityThread, ParityTask, ToParityThread } from './thread-messages.ts';

/** Thread entry: compares live with the replay of what it consumed, beside everything else. */
async function runParity(main: MessagePort, task: ParityTask): Promise<void> {
  const { plan, source, dataFolder, clockOffsetMs, port } = task;
  const calendar = createBusinessCalendar(plan.timeZone);
  const stopping = new AbortController();
  const caller = createCaller<CaptureFeed>({ thread: 'data-thread' });
  port.on('message', (message: Answer) => void caller.take(message));
  caller.attach((call) => port.postMessage(call));
  const shared = { plan, calendar };
  const folders = liveFolders(dataFolder);
  const held = createHeldFiles(folders.held);
  const replay = (capture: Capture) =>
    source.kind === 'simulator'
      ? replaySimulated({ ...shared, schedule: source.schedule }, capture)
      : replayArchived({ ...shared, folders, held, signal: stopping.signal }, capture);
  const meter = createParityMeter({
    ...shared,
    feed: caller.api,
    atCheckpoint: source.kind === 'kafka',
    replay,
    onStatus: (status) => main.postMessage({ kind: 'parity', status } satisfies FromParityThread),
    clock: { now: () => Date.now() + clockOffsetMs },
    stopwatch: () => performance.now(),
  });
  await new Promise<void>((done) => {
    main.on('message', (message: ToParityThread) => {
      if (message.kind === 'stop') done();
      else void meter.live(message);
    });
  });
  stopping.abort();
  port.close();
}

const main = parentPort;
if (main) await runThread(main, () => runParity(main, workerData as ParityTask));
