import { existsSync } from 'node:fs';
import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import type { SampleTodayParts } from '../../jobs/sample-history.ts';
import type { Plan } from '../../plan/plan.ts';
import { createHybridSource } from '../../sources/hybrid.ts';
import { createParquetSource } from '../../sources/parquet/parquet-source.ts';
import type { RateSchedule } from '../../sources/simulator/rate-schedule.ts';
import { createSimulatorSource, SIMULATOR_PARTITION } from '../../sources/simulator/simulator-source.ts';
import type { Source } from '../../sources/source.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import type { LiveRun } from './live-run.ts';

/** Today's files, then the simulator from exactly the next offset. It needs no checkpoints: event n is event n. */
export function createSimulatedRun(options: {
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  readonly schedule: RateSchedule;
  readonly today: SampleTodayParts;
  /** Epoch ms. */
  readonly clock: { now(): number };
}): LiveRun {
  const { plan, calendar, schedule, today, clock } = options;
  const dictionaries = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
  const shared = { schema: plan.schema, dictionaries };
  const source = createHybridSource({
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
  return { source, pipeline, stream: () => null, close: async () => undefined };
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
