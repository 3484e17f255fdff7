import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import { GmvError } from '../errors.ts';
import type { Schema } from '../events/order-schema.ts';
import { createRateSchedule } from '../sources/simulator/first-schedule.ts';
import { parseRateSchedule, type RateSchedule, withRate } from '../sources/simulator/rate-schedule.ts';
import { createSimulatedHistory } from '../sources/simulator/simulated-columns.ts';
import { writeSampleFile } from './sample-history-file.ts';
import { writeFileAtomically } from './sample-history-manifest.ts';

const SCHEDULE_FILE = 'simulator.json';
const CALIBRATION_EVENTS = 50_000;
const LONGEST_MS = 25_000;

export interface OpenScheduleOptions {
  readonly dataFolder: string;
  readonly seed: number;
  readonly eventsPerSecond: number;
  readonly sampleEvents: number;
  readonly currency: string;
  readonly calendar: BusinessCalendar;
  readonly schema: Schema;
  readonly clock: { now(): number };
  readonly signal?: AbortSignal;
}

/**
 * The schedule of a data folder (`simulator.json`). A first start makes it, with as much sample history as this
 * machine writes in 25 seconds; a later one appends a step if the configured rate is another.
 *
 * @throws GmvError `simulator_schedule` when the folder's events belong to other settings than the configured.
 */
export async function openSimulatorSchedule(options: OpenScheduleOptions): Promise<RateSchedule> {
  const { dataFolder, seed, eventsPerSecond, currency, calendar, clock } = options;
  const file = join(dataFolder, SCHEDULE_FILE);
  await mkdir(dataFolder, { recursive: true });
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) {
    const sampleEvents = await affordableEvents(options);
    const nowMs = clock.now();
    const first = createRateSchedule({ seed, currency, calendar, nowMs, eventsPerSecond, sampleEvents });
    await save(file, first);
    return first;
  }
  const known = parseRateSchedule(text, file);
  const expected = { seed, currency, timeZone: calendar.timeZone };
  for (const [name, value] of Object.entries(expected)) {
    const had = known[name as keyof typeof expected];
    if (had === value) continue;
    throw new GmvError(
      'simulator_schedule',
      `the simulated history in ${dataFolder} was made with ${name} ${had}, the configuration says ${value}`,
      `Set ${name} back to ${had}, or use another data folder.`,
    );
  }
  const schedule = withRate(known, clock.now(), eventsPerSecond);
  if (schedule !== known) await save(file, schedule);
  return schedule;
}

async function save(file: string, schedule: RateSchedule): Promise<void> {
  await writeFileAtomically(file, `${JSON.stringify(schedule, null, 2)}\n`);
}

/** `sampleEvents`, or fewer on a machine that would need longer than {@link LONGEST_MS} to write them. */
async function affordableEvents(options: OpenScheduleOptions): Promise<number> {
  const { dataFolder, schema, calendar, clock, sampleEvents, signal } = options;
  const trial = createRateSchedule({ ...options, nowMs: clock.now() });
  const history = createSimulatedHistory({ schedule: trial, calendar, schema });
  const path = join(dataFolder, 'calibration.parquet');
  const fromOffset = history.timetable.offsetAt(clock.now());
  const piece = { day: 'calibration', fromOffset, toOffset: fromOffset + CALIBRATION_EVENTS };
  const startMs = clock.now();
  try {
    await writeSampleFile({ path, piece, history, schema, signal });
  } finally {
    await rm(path, { force: true });
  }
  const perMs = CALIBRATION_EVENTS / Math.max(1, clock.now() - startMs);
  return Math.min(sampleEvents, Math.floor(perMs * LONGEST_MS));
}
