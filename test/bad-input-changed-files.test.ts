import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import { wholePlan } from '../engine/cli/whole-plan.ts';
import { defaultCatalogue } from '../engine/definitions/catalogue.ts';
import type { DayFigures } from '../engine/figures/day-figures.ts';
import { plannedFile } from '../engine/runtime/replay/planned-file.ts';
import { replayFiles } from '../engine/runtime/replay/replay-files.ts';
import { replayUnitInThread } from '../engine/runtime/replay/replay-threads.ts';
import { replayUnit } from '../engine/runtime/replay/replay-unit.ts';
import { daysOfGroup, planUnits } from '../engine/runtime/replay/replay-units.ts';
import { openParquetFile } from '../engine/sources/parquet/open-file.ts';
import { at, orderEvent } from './builders.ts';
import { writeOrderFile } from './event-files.ts';

const plan = wholePlan({ catalogue: defaultCatalogue, timeZone: 'UTC', currency: 'USD' });
const DAY_MS = 86_400_000;
const DAYS = 300;
const FIRST_AMOUNT = 1000;
const OTHER_AMOUNT = 2000;
/** Threads may have read all of it before this one, which a busy machine keeps waiting, takes the first day. */
const MOST_TRIES = 20;

let folder = '';
let path = '';
let sound: Buffer;
let other: Buffer;

/** A row group a day, so that one is read after the other. */
const daysOf = (amount: number) =>
  Array.from({ length: DAYS }, (_, day) =>
    orderEvent({
      order_id: `o${day}`,
      event_time: at('2023-01-01T12:00:00Z') + day * DAY_MS,
      amount_minor: amount,
    }),
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-changed-'));
  path = join(folder, 'orders.parquet');
  await writeOrderFile(path, daysOf(FIRST_AMOUNT), 1);
  sound = readFileSync(path);
  await writeOrderFile(path, daysOf(OTHER_AMOUNT), 1);
  other = readFileSync(path);
  // Where sizes differ the size alone would tell.
  expect(other.length).toBe(sound.length);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CHANGES: readonly (readonly [string, () => void, RegExp])[] = [
  ['is cut short', () => truncateSync(path, Math.floor(sound.length / 2)), /cut short/],
  ['is emptied', () => truncateSync(path, 0), /bytes|empty/],
  ['grows', () => appendFileSync(path, 'more'), /bytes|cut short/],
  ['is written over with other events of the same size', () => writeFileSync(path, other), /last written/],
  [
    'has one byte of a page written over',
    () => {
      const damaged = Buffer.from(sound);
      damaged[100] = (damaged[100] ?? 0) ^ 1;
      writeFileSync(path, damaged);
    },
    /last written/,
  ],
];

/** Changes that an open file does not see. */
const REPLACEMENTS: typeof CHANGES = [
  [
    'is replaced by another',
    () => {
      writeFileSync(`${path}.new`, other);
      renameSync(`${path}.new`, path);
    },
    /last written/,
  ],
  ['is removed', () => rmSync(path), /ENOENT/],
];

async function planOf() {
  const file = await openParquetFile(path, plan.schema, plan.columns);
  await file.close();
  const calendar = createBusinessCalendar('UTC');
  const groups = file.rowGroups.map((group) => ({
    file: 0,
    group: group.index,
    rows: group.rows,
    days: daysOfGroup(group, plan.limits, calendar),
  }));
  const bounds = { from: 0, to: calendar.dayOf(plan.limits.maxEventTimeMs - 1).index };
  const [unit] = planUnits({ groups, units: 1, days: null, bounds });
  if (!unit) throw new Error('no unit was planned');
  return { plan, files: [plannedFile(file)], unit };
}

const gmvOf = ({ rollups }: DayFigures): number =>
  rollups.find(({ rollup }) => rollup === 'total')?.cells.values[0]?.reduce((sum, value) => sum + value, 0) ??
  0;

describe.each([...CHANGES, ...REPLACEMENTS])('a file that %s', (_what, change, told) => {
  it.each([
    ['in the calling thread', replayUnit],
    ['in a thread of its own', replayUnitInThread],
  ])('between planning and reading is refused, %s, before any figure', async (_where, run) => {
    writeFileSync(path, sound);
    const planned = await planOf();
    change();
    const days: DayFigures[] = [];
    const options = { ...planned, name: 'unit 1', onDay: (day: DayFigures) => void days.push(day) };
    await expect(run(options)).rejects.toMatchObject({
      code: 'parquet_changed',
      message: expect.stringMatching(told),
      remedy: expect.stringMatching(/Replay again/),
    });
    expect(days).toEqual([]);
  });
});

describe.each(CHANGES)('a file that %s', (_what, change) => {
  it.each([1, 2])(
    'while it is read ends the replay, with %i thread(s), and mixes nothing',
    async (threads) => {
      let told: unknown = null;
      for (let tries = 0; told === null && tries < MOST_TRIES; tries++) {
        writeFileSync(path, sound);
        const days: DayFigures[] = [];
        let seen = 0;
        const onDay = (day: DayFigures): void => {
          if (seen++ === 0) change();
          days.push(day);
        };
        const replay = replayFiles({ plan, files: [path], threads, onDay });
        told = await replay.then(
          () => null,
          (error: unknown) => error,
        );
        for (const day of days) expect(gmvOf(day)).toBe(FIRST_AMOUNT);
        if (told === null) expect(days.length).toBe(DAYS);
        else expect(days.length).toBeLessThan(DAYS);
      }
      expect(told).toMatchObject({ code: 'parquet_changed', message: expect.stringContaining(path) });
    },
  );
});

it.each([1, 2])(
  'a file that is replaced while it is read gives the figures it was planned with, %i thread(s), or none',
  async (threads) => {
    writeFileSync(path, sound);
    const days: DayFigures[] = [];
    let seen = 0;
    const replay = replayFiles({
      plan,
      files: [path],
      threads,
      onDay: (day) => {
        if (seen++ === 0) REPLACEMENTS[0]?.[1]();
        days.push(day);
      },
    });
    const told = await replay.then(
      () => 'figures',
      (error: { readonly code: string }) => error.code,
    );
    expect(['figures', 'parquet_changed']).toContain(told);
    for (const day of days) expect(gmvOf(day)).toBe(FIRST_AMOUNT);
    if (told === 'figures') expect(days.length).toBe(DAYS);
  },
);
