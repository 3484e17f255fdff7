import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { createHeldFiles } from '../../datasets/hold-files.ts';
import type { Epoch } from '../../figures/epoch.ts';
import { openFilteredRun } from '../live/filtered-run.ts';
import { liveFolders } from '../live/live-folders.ts';
import { runLiveLoop } from '../live/live-loop.ts';
import type { LiveRun } from '../live/live-run.ts';
import { createSimulatedDayRun } from '../live/simulated-day-run.ts';
import { createEpochPort } from './epoch-port.ts';
import { runThread } from './run-thread.ts';
import type { FromLiveThread, LiveTask, StopMessage } from './thread-messages.ts';

/** Thread entry: today through the plan of a combination of filters, then beside live. */
async function runFilter(main: MessagePort, task: LiveTask, signal: AbortSignal): Promise<void> {
  const { plan, source, runId, clockOffsetMs, port } = task;
  const clock = { now: () => Date.now() + clockOffsetMs };
  const calendar = createBusinessCalendar(plan.timeZone);
  const say = (level: 'info' | 'warn', message: string): void =>
    main.postMessage({ kind: 'notice', level, message } satisfies FromLiveThread);
  const open = async (): Promise<LiveRun> => {
    if (source.kind === 'simulator') {
      const { schedule } = source;
      return createSimulatedDayRun({ plan, calendar, schedule, clock, day: calendar.dayOf(clock.now()) });
    }
    const held = createHeldFiles(liveFolders(source.dataFolder).held);
    return openFilteredRun({ ...source, plan, calendar, clock, say, held, signal });
  };
  let run: LiveRun | null = null;
  try {
    run = await open();
    const { pipeline, stream } = run;
    const { post, mayPost } = createEpochPort(port, stream);
    const postAndDrop = (epoch: Epoch): void => {
      // History keeps no combinations, so nobody takes a sealed day over.
      for (const { day } of epoch.sealed) pipeline.dropSealed(day);
      post(epoch);
    };
    await runLiveLoop({ ...run, clock, runId, post: postAndDrop, mayPost, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await run?.close();
    port.close();
  }
}

const main = parentPort;
if (main) {
  const stopping = new AbortController();
  main.on('message', (_stop: StopMessage) => stopping.abort());
  await runThread(main, () => runFilter(main, workerData as LiveTask, stopping.signal));
}
