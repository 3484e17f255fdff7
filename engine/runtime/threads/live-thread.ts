import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import type { Epoch } from '../../figures/epoch.ts';
import { createHybridSource } from '../../sources/hybrid.ts';
import { createParquetSource } from '../../sources/parquet/parquet-source.ts';
import { createSimulatorSource, SIMULATOR_PARTITION } from '../../sources/simulator/simulator-source.ts';
import type { Source } from '../../sources/source.ts';
import { runLiveLoop } from '../live/live-loop.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import { buffersOf } from '../replay/replay-messages.ts';
import { runThread } from './run-thread.ts';
import type { DataToLive, LiveTask, LiveToData, StopMessage } from './thread-messages.ts';

/** Epochs on their way to the data thread; while it lags behind, changes coalesce here. */
const MOST_ON_THE_WAY = 2;

/** Thread entry: today's files, then the simulator from exactly the next offset, through the plan's pipeline. */
async function runLive(task: LiveTask, signal: AbortSignal): Promise<void> {
  const { plan, schedule, today, runId, clockOffsetMs, port } = task;
  const clock = { now: () => Date.now() + clockOffsetMs };
  const calendar = createBusinessCalendar(plan.timeZone);
  const dictionaries = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
  const shared = { schema: plan.schema, dictionaries };
  const source: Source = createHybridSource({
    partition: SIMULATOR_PARTITION,
    fromOffset: today.fromOffset,
    parts: today.parts.map(({ path, fromOffset, toOffset }) => {
      const open = () => createParquetSource({ ...shared, paths: [path], columns: plan.columns });
      return { name: path, fromOffset, toOffset, open: () => whenWritten(path, open) };
    }),
    follow: (offset) =>
      createSimulatorSource({ ...shared, schedule, calendar, clock, fromOffset: Number(offset) }),
  });
  const firstDay = calendar.dayOfLabel(today.day).index;
  const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'live', firstDay });

  let onTheWay = 0;
  port.on('message', (_applied: DataToLive) => {
    onTheWay--;
  });
  const post = (epoch: Epoch): void => {
    onTheWay++;
    const buffers = [...epoch.days, ...epoch.sealed].flatMap(buffersOf);
    port.postMessage({ kind: 'epoch', epoch } satisfies LiveToData, buffers);
  };
  const mayPost = (): boolean => onTheWay < MOST_ON_THE_WAY;
  try {
    await runLiveLoop({ source, pipeline, clock, runId, post, mayPost, signal });
  } finally {
    port.close();
  }
}

/** A source of a file that another thread may still be writing: it gets its name when it is whole. */
function whenWritten(path: string, open: () => Source): Source {
  let source: Source | null = null;
  return {
    name: 'parquet',
    bounded: true,
    async poll() {
      if (source === null && !existsSync(path)) return { kind: 'idle', retryAfterMs: 50, replaying: true };
      source ??= open();
      return source.poll();
    },
    async close() {
      await source?.close();
    },
  };
}

const main = parentPort;
if (main) {
  const stopping = new AbortController();
  main.on('message', (_stop: StopMessage) => stopping.abort());
  await runThread(main, () => runLive(workerData as LiveTask, stopping.signal));
}
