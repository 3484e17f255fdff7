import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { type OpenScheduleOptions, openSimulatorSchedule } from './sample-history-schedule.ts';

const calendar = createBusinessCalendar('Asia/Shanghai');
const startMs = calendar.dayOfLabel('2026-11-11').startMs + 11 * 3_600_000;
let dataFolder = '';

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'gmv-schedule-'));
});
afterEach(() => rm(dataFolder, { recursive: true }));

/** A clock that moves by `stepMs` whenever it is read. */
function ticking(stepMs: number): { now(): number } {
  let at = startMs;
  return { now: () => (at += stepMs) };
}

const open = (more: Partial<OpenScheduleOptions> = {}) =>
  openSimulatorSchedule({
    dataFolder,
    seed: 11,
    eventsPerSecond: 50,
    sampleEvents: 400_000,
    currency: 'CNY',
    calendar,
    schema: ORDER_SCHEMA,
    clock: ticking(1),
    ...more,
  });

describe('the schedule of a data folder', () => {
  it('is made once and read again', async () => {
    const first = await open();
    expect(await readdir(dataFolder)).toEqual(['simulator.json']);
    expect(await open({ clock: ticking(1_000) })).toEqual(first);
  });

  it('gets a step when a later start has another rate', async () => {
    const first = await open();
    const second = await open({ eventsPerSecond: 80, clock: ticking(60_000) });
    expect(second.steps).toEqual([...first.steps, { fromMs: startMs + 60_000, eventsPerSecond: 80 }]);
    expect(await open({ eventsPerSecond: 80 })).toEqual(second);
  });

  it('plans less history on a machine that writes slowly', async () => {
    expect((await open()).sampleEvents).toBe(400_000);
    await rm(join(dataFolder, 'simulator.json'));
    // 50,000 events in ten seconds: 125,000 in twenty-five.
    const slow = await open({ clock: ticking(10_000) });
    expect(slow.sampleEvents).toBe(125_000);
    expect(slow.steps[0]?.eventsPerSecond).toBeLessThan(10);
    expect(slow.steps[1]?.eventsPerSecond).toBe(50);
  });

  it('refuses settings that its events were not made with, by name', async () => {
    await open();
    await expect(open({ seed: 12 })).rejects.toThrow(/seed 11, the configuration says 12/);
    const utc = createBusinessCalendar('UTC');
    await expect(open({ calendar: utc })).rejects.toThrow(/timeZone Asia\/Shanghai/);
  });

  it('names the file when it is damaged, and leaves it as it is', async () => {
    const file = join(dataFolder, 'simulator.json');
    await writeFile(file, '{"version":1,"seed":"eleven"}');
    await expect(open()).rejects.toThrow(/simulator\.json has seed/);
    await writeFile(file, '{');
    await expect(open()).rejects.toThrow(/is not JSON/);
    expect(await readFile(file, 'utf8')).toBe('{');
  });
});
