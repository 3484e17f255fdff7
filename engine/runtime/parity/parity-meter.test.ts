import { expect, test } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { defaultCatalogue } from '../../definitions/catalogue.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import { compilePlan } from '../../plan/compile-plan.ts';
import type { ParityStatus } from '../../protocol/parity.ts';
import { createRateSchedule } from '../../sources/simulator/first-schedule.ts';
import { createSimulatorSource, SIMULATOR_PARTITION } from '../../sources/simulator/simulator-source.ts';
import { createTimetable } from '../../sources/simulator/timetable.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import type { Capture } from './capture.ts';
import { changesOfDay } from './changes-of-day.ts';
import { createParityMeter } from './parity-meter.ts';
import { replaySimulated } from './replay-simulated.ts';

const timeZone = 'Asia/Shanghai';
const calendar = createBusinessCalendar(timeZone);
const plan = compilePlan({ catalogue: defaultCatalogue, schema: ORDER_SCHEMA, timeZone, currency: 'CNY' });
const today = calendar.dayOfLabel('2026-11-11');
const nowMs = today.startMs + 3.5 * 3_600_000;
const schedule = createRateSchedule({
  seed: 4711,
  currency: 'CNY',
  calendar,
  nowMs,
  eventsPerSecond: 50,
  sampleEvents: 20_000,
});

/** What live published when it had come to the given instant. */
async function captureAt(timeMs: number): Promise<Capture> {
  const dictionaries = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
  const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'live', firstDay: today.index });
  const timetable = createTimetable({ schedule, calendar });
  const toOffset = timetable.offsetAt(timeMs);
  const source = createSimulatorSource({
    schedule,
    calendar,
    schema: plan.schema,
    dictionaries,
    clock: { now: () => nowMs },
    fromOffset: timetable.offsetAt(today.startMs),
    toOffset,
    batchCapacity: 777,
  });
  for (;;) {
    const polled = await source.poll();
    if (polled.kind !== 'batch') break;
    pipeline.process(polled.batch, { partition: polled.partition });
  }
  const watermarkMs = pipeline.watermarkMs();
  if (watermarkMs === null) throw new Error('no event came');
  return {
    offsets: { [SIMULATOR_PARTITION]: String(toOffset) },
    watermarkMs,
    figures: changesOfDay(pipeline, today.label),
  };
}

function meterOf(capture: Capture | null | Error, replay?: (capture: Capture) => Promise<DayFigures>) {
  const told: ParityStatus[] = [];
  const asked: string[] = [];
  let stopwatchMs = 0;
  const meter = createParityMeter({
    plan,
    calendar,
    feed: {
      capture: async ({ day }) => {
        asked.push(day);
        stopwatchMs += 1000;
        if (capture instanceof Error) throw capture;
        return capture;
      },
    },
    atCheckpoint: false,
    replay: replay ?? ((taken) => replaySimulated({ plan, calendar, schedule }, taken)),
    onStatus: (status) => void told.push(status),
    clock: { now: () => nowMs },
    stopwatch: () => stopwatchMs,
  });
  return { meter, told, asked, later: (ms: number) => (stopwatchMs += ms) };
}

test('what live published equals its replay, up to the last hour that has closed', async () => {
  const capture = await captureAt(nowMs);
  const { meter, told } = meterOf(capture);
  await meter.live({ watermarkMs: capture.watermarkMs, behind: false });
  expect(told).toMatchObject([
    { state: 'equal', throughMs: today.startMs + 3 * 3_600_000, comparedAtMs: nowMs, differing: 0 },
  ]);
  expect(told[0]?.figures).toBeGreaterThan(5_000);
});

test('a figure that differs is named with its rollup, key and slice', async () => {
  const capture = await captureAt(nowMs);
  const { rollups } = capture.figures;
  const category = rollups.find(({ rollup }) => rollup === 'category');
  const values = category?.cells.values[0];
  if (!category || !values) throw new Error('no cells by category');
  const cell = values.findIndex((value) => value > 0);
  values[cell]! += 1;
  const { meter, told } = meterOf(capture);
  await meter.live({ watermarkMs: capture.watermarkMs, behind: false });
  const firstMinute = Math.floor(today.startMs / 60_000);
  expect(told).toMatchObject([
    {
      state: 'different',
      differing: 1,
      mismatches: [
        {
          day: today.label,
          rollup: 'category',
          metric: 'gmv',
          key: category.keys[category.cells.key[cell]!],
          sliceMs: (firstMinute + category.cells.slot[cell]!) * 60_000,
          live: values[cell],
          replayed: values[cell]! - 1,
        },
      ],
    },
  ]);
});

test('an hour is compared once, and nothing while live catches up or has had no event', async () => {
  const capture = await captureAt(nowMs);
  const { meter, told, asked, later } = meterOf(capture);
  expect(meter.live({ watermarkMs: null, behind: false })).toBeNull();
  expect(meter.live({ watermarkMs: nowMs, behind: true })).toBeNull();
  await meter.live({ watermarkMs: nowMs, behind: false });
  later(3_600_000);
  expect(meter.live({ watermarkMs: nowMs + 60_000, behind: false })).toBeNull();
  await meter.live({ watermarkMs: nowMs + 3_600_000, behind: false });
  expect([asked, told.length]).toEqual([[today.label, today.label], 2]);
});

test('just after midnight it is the day before that is compared, whole', async () => {
  const { meter, asked } = meterOf(null);
  await meter.live({ watermarkMs: today.startMs + 1, behind: false });
  expect(asked).toEqual(['2026-11-10']);
});

test('what can’t be compared says why, is tried again later, and keeps what was known', async () => {
  const { meter, told, later } = meterOf(new Error('the archive is gone'));
  await meter.live({ watermarkMs: nowMs, behind: false });
  expect(told).toMatchObject([{ state: 'failed', throughMs: null, problem: 'the archive is gone' }]);
  expect(meter.live({ watermarkMs: nowMs, behind: false })).toBeNull();
  later(60_000);
  expect(meter.live({ watermarkMs: nowMs, behind: false })).not.toBeNull();
});
