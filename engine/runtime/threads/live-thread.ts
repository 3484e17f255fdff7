import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { openKafkaRun } from '../live/kafka-run.ts';
import { runLiveLoop } from '../live/live-loop.ts';
import type { LiveRun } from '../live/live-run.ts';
import { createSimulatedRun } from '../live/simulated-run.ts';
import { createEpochPort } from './epoch-port.ts';
import { runThread } from './run-thread.ts';
import type { FromLiveThread, LiveTask, LoopDelay, StopMessage } from './thread-messages.ts';

/** Thread entry: the source's events through the plan's pipeline. */
async function runLive(main: MessagePort, task: LiveTask, signal: AbortSignal): Promise<void> {
  const { plan, source, runId, clockOffsetMs, port } = task;
  const clock = { now: () => Date.now() + clockOffsetMs };
  const calendar = createBusinessCalendar(plan.timeZone);
  const say = (level: 'info' | 'warn', message: string): void =>
    main.postMessage({ kind: 'notice', level, message } satisfies FromLiveThread);
  const onLoopDelay = (thread: string, delay: LoopDelay): void =>
    main.postMessage({ kind: 'loop-delay-of', thread, delay } satisfies FromLiveThread);
  let run: LiveRun | null = null;
  try {
    run =
      source.kind === 'kafka'
        ? await openKafkaRun({ ...source, plan, calendar, clock, say, onLoopDelay })
        : createSimulatedRun({ ...source, plan, calendar, clock });
    const { pipeline, stream } = run;
    const epochs = createEpochPort(port, stream);
    epochs.onDayTaken(pipeline.dropSealed);
    await runLiveLoop({ ...run, clock, runId, post: epochs.post, mayPost: epochs.mayPost, signal });
  } finally {
    await run?.close();
    port.close();
  }
}

const main = parentPort;
if (main) {
  const stopping = new AbortController();
  main.on('message', (_stop: StopMessage) => stopping.abort());
  await runThread(main, () => runLive(main, workerData as LiveTask, stopping.signal));
}
