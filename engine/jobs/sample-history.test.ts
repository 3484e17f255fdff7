import { mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import { createDictionaries } from '../events/create-dictionaries.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { createHybridSource } from '../sources/hybrid.ts';
import { createParquetSource } from '../sources/parquet/parquet-source.ts';
import { createRateSchedule } from '../sources/simulator/first-schedule.ts';
import type { RateSchedule } from '../sources/simulator/rate-schedule.ts';
import { createSimulatorSource, SIMULATOR_PARTITION } from '../sources/simulator/simulator-source.ts';
import { createTimetable } from '../sources/simulator/timetable.ts';
import type { Source } from '../sources/source.ts';
import { prepareSampleHistory, type SampleHistoryOptions, type SampleToday } from './sample-history.ts';

const HOUR_MS = 3_600_000;
const calendar = createBusinessCalendar('Asia/Shanghai');
const startMs = calendar.dayOfLabel('2026-11-11').startMs + 11 * HOUR_MS;
const schedule = createRateSchedule({
  seed: 3,
  currency: 'CNY',
  calendar,
  nowMs: startMs,
  eventsPerSecond: 5,
  sampleEvents: 30_000,
});
const schema = ORDER_SCHEMA;
const columns = schema.map(({ name }) => name);
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gmv-sample-'));
});
afterEach(() => rm(folder, { recursive: true }));

const prepare = (nowMs: number, more: Partial<SampleHistoryOptions> = {}) =>
  prepareSampleHistory({ folder, schedule, calendar, schema, clock: { now: () => nowMs }, ...more });

/** A row as text: all that the pipeline may look at. */
async function rowsOf(source: Source, most = Number.POSITIVE_INFINITY): Promise<string[]> {
  const rows: string[] = [];
  while (rows.length < most) {
    const polled = await source.poll();
    if (polled.kind !== 'batch') break;
    const { batch } = polled;
    for (let row = 0; row < batch.length; row++) {
      const ids = [...batch.eventId, batch.ids.order_id?.lo, batch.ids.buyer_id?.hi].map(
        (lane) => lane?.[row],
      );
      const numbers = Object.values(batch.numbers).map((column) => column[row]);
      rows.push([...ids, ...numbers].join('|'));
    }
  }
  await source.close();
  return rows.slice(0, most);
}

function simulated(fromOffset: number, toOffset?: number, of: RateSchedule = schedule): Source {
  const dictionaries = createDictionaries(schema, 100_000);
  const clock = { now: () => startMs + 72 * HOUR_MS };
  return createSimulatorSource({ schedule: of, calendar, schema, dictionaries, clock, fromOffset, toOffset });
}

function filed(paths: readonly string[]): Source {
  return createParquetSource({ paths, schema, columns, dictionaries: createDictionaries(schema, 100_000) });
}

const hybridOf = (today: SampleToday, follow: (offset: string) => Source): Source =>
  createHybridSource({
    partition: SIMULATOR_PARTITION,
    fromOffset: today.fromOffset,
    parts: today.files.map(({ path, fromOffset, toOffset }) => ({
      name: path,
      fromOffset,
      toOffset,
      open: () => filed([join(folder, path)]),
    })),
    follow,
  });

describe('sample history', () => {
  it('is the simulator’s own events: each day’s by nominal time, today’s up to now', async () => {
    const history = await prepare(startMs);
    const today = await history.today();
    const { days, leftOut } = await history.past();
    const timetable = createTimetable({ schedule, calendar });
    expect(leftOut).toEqual([]);
    expect(today.fromOffset).toBe(timetable.offsetsOf(calendar.dayOf(startMs).index)?.fromOffset);
    expect(today.nextOffset).toBe(timetable.offsetAt(startMs));
    expect(days.map(({ day }) => day)).toEqual([
      '2025-11-11',
      ...['04', '05', '06', '07', '08', '09', '10'].map((day) => `2026-11-${day}`),
    ]);
    const all = [...days.flatMap(({ paths }) => paths), ...today.paths];
    expect(await rowsOf(filed(all))).toEqual(await rowsOf(simulated(0, today.nextOffset)));
    for (const { day, rows } of days) {
      const own = timetable.offsetsOf(calendar.dayOfLabel(day).index);
      expect(rows).toBe((own?.toOffset ?? 0) - (own?.fromOffset ?? 0));
    }
  });

  it('hands over to live at the exact offset: no event twice, none missing', async () => {
    const today = await (await prepare(startMs)).today();
    const more = today.nextOffset - today.fromOffset + 5_000;
    const hybrid = hybridOf(today, (offset) => simulated(Number(offset)));
    const straight = simulated(today.fromOffset);
    expect(await rowsOf(hybrid, more)).toEqual(await rowsOf(straight, more));
  });

  it('is kept by a second start, which writes nothing', async () => {
    const first = await prepare(startMs);
    const today = await first.today();
    await first.past();
    const written = await readdir(folder);
    const again = await prepare(startMs, { onProgress: () => expect.unreachable() });
    expect(again.rowsMissing).toBe(0);
    expect(await again.today()).toEqual(today);
    expect((await again.past()).days).toHaveLength(8);
    expect(await readdir(folder)).toEqual(written);
  });

  it('is finished by the next start when one was cut off, and what is damaged is made anew', async () => {
    const stop = new AbortController();
    const cutOff = await prepare(startMs, { signal: stop.signal });
    await cutOff.today();
    const asked = prepare(startMs, {
      signal: stop.signal,
      onProgress: ({ filesDone }) => {
        if (filesDone === 3) stop.abort(new Error('stop'));
      },
    });
    await expect(asked.then((history) => history.past())).rejects.toThrow('stop');
    const left = (await readdir(folder)).filter((name) => name.endsWith('.parquet'));
    expect(left.length).toBeGreaterThanOrEqual(3);
    expect(left.length).toBeLessThan(9);
    await truncate(join(folder, left[0]!), 1_000);
    await rm(join(folder, left[1]!));
    await writeFile(join(folder, 'stray.parquet'), 'not of the manifest');

    const again = await prepare(startMs);
    const today = await again.today();
    const { days } = await again.past();
    const all = [...days.flatMap(({ paths }) => paths), ...today.paths];
    expect(await rowsOf(filed(all))).toEqual(await rowsOf(simulated(0, today.nextOffset)));
    expect(await readdir(folder)).not.toContain('stray.parquet');
  });

  it('says how far it is', async () => {
    const seen: number[] = [];
    const history = await prepare(startMs, {
      onProgress: ({ rowsDone, rowsTotal, filesTotal }) => {
        expect(rowsTotal).toBe(history.rowsMissing);
        expect(filesTotal).toBe(9);
        seen.push(rowsDone);
      },
    });
    await history.today();
    await history.past();
    expect(seen.at(-1)).toBe(history.rowsMissing);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('of another schedule is thrown away', async () => {
    await (await prepare(startMs)).today();
    const other: RateSchedule = { ...schedule, seed: 4 };
    const today = await (await prepare(startMs, { schedule: other })).today();
    expect((await readdir(folder)).filter((name) => name.endsWith('.parquet'))).toHaveLength(1);
    const expected = await rowsOf(simulated(today.fromOffset, today.nextOffset, other));
    expect(await rowsOf(filed(today.paths))).toEqual(expected);
  });
});

describe('catching up after the server was off', () => {
  // A whole day at 5/s is more than the small sample allows.
  const roomy: RateSchedule = { ...schedule, sampleEvents: 150_000 };

  async function firstStart(): Promise<void> {
    const history = await prepare(startMs, { schedule: roomy });
    await history.today();
    await history.past();
  }

  it('extends today’s files, and live goes on behind them', async () => {
    await firstStart();
    const nowMs = startMs + HOUR_MS / 4;
    const today = await (await prepare(nowMs, { schedule: roomy })).today();
    expect(today.paths).toHaveLength(2);
    expect(today.nextOffset).toBe(createTimetable({ schedule, calendar }).offsetAt(nowMs));
    const expected = await rowsOf(simulated(today.fromOffset, today.nextOffset));
    expect(await rowsOf(filed(today.paths))).toEqual(expected);
  });

  it('leaves to live what it may not write, without a hole', async () => {
    await firstStart();
    const tight = { ...schedule, sampleEvents: 5_000 };
    const today = await (await prepare(startMs + 2 * HOUR_MS, { schedule: tight })).today();
    const firstLive = createTimetable({ schedule, calendar }).offsetAt(startMs);
    expect(today.nextOffset).toBe(firstLive + 5_000);
  });

  it('completes the day of the last start on a later day, unless history holds it', async () => {
    await firstStart();
    const nextMs = calendar.dayOfLabel('2026-11-12').startMs + 60_000;
    const published = await prepare(nextMs, { schedule: roomy, isPublished: (day) => day === '2026-11-11' });
    const own = createTimetable({ schedule, calendar }).offsetsOf(calendar.dayOfLabel('2026-11-11').index);
    expect(published.rowsMissing).toBeLessThan(20_000);

    const history = await prepare(nextMs, { schedule: roomy });
    const { days, leftOut } = await history.past();
    expect(leftOut).toEqual([]);
    expect(days.at(-1)).toMatchObject({
      day: '2026-11-11',
      rows: (own?.toOffset ?? 0) - (own?.fromOffset ?? 0),
    });
  });

  it('names the days that would take too long, and offers only whole ones', async () => {
    await firstStart();
    const nextMs = calendar.dayOfLabel('2026-11-13').startMs + 1_000;
    const { leftOut, days, paths } = await (await prepare(nextMs)).past();
    expect(leftOut.map(({ day }) => day)).toEqual(['2026-11-12', '2026-11-11']);
    for (const { rows } of leftOut) expect(rows).toBeGreaterThan(50_000);
    // The start of the first one is there, but would be published as if it were the whole day.
    expect(days.at(-1)?.day).toBe('2026-11-10');
    expect(paths.some((path) => basename(path).startsWith('2026-11-11'))).toBe(true);
  });

  it('writes many small files of today anew as one', async () => {
    await firstStart();
    for (let start = 1; start <= 12; start++) {
      await (await prepare(startMs + start * 60_000, { schedule: roomy })).today();
    }
    const today = await (await prepare(startMs + 13 * 60_000, { schedule: roomy })).today();
    expect(today.paths).toHaveLength(1);
    const names = (await readdir(folder)).filter((name) => name.startsWith('2026-11-11'));
    expect(names).toEqual(today.paths.map((path) => basename(path)));
    expect((await stat(today.paths[0]!)).size).toBe(today.files[0]!.bytes);
    const expected = await rowsOf(simulated(today.fromOffset, today.nextOffset));
    expect(await rowsOf(filed(today.paths))).toEqual(expected);
  });
});
