import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import type { DatasetFile, DatasetPart } from '../../datasets/dataset.ts';
import { inputsOfDays } from './day-inputs.ts';

const DAY_MS = 86_400_000;
const limits = { minEventTimeMs: 0, maxEventTimeMs: Date.UTC(2100, 0, 1) };
const calendar = createBusinessCalendar('Asia/Shanghai');
const at = (iso: string): number => Date.parse(`${iso}+08:00`);

const part = (from: string | null, to: string | null, rows = 100): DatasetPart => ({
  rows,
  bytes: rows * 10,
  minTimeMs: from === null ? null : at(from),
  maxTimeMs: to === null ? null : at(to),
});
const fileOf = (name: string, ...parts: DatasetPart[]): DatasetFile => ({
  path: `/data/${name}`,
  bytes: 1_000,
  modifiedMs: 5,
  fingerprint: `contents of ${name}`,
  parts,
});
const look = (...files: DatasetFile[]) => ({ files, reading: 'orders' });
const ONE_DAY = ['2025-11-11T00:00:00.000', '2025-11-11T23:59:59.999'] as const;

describe('what a dataset has for each day', () => {
  it('gives each day the files whose parts reach it, and shares of what spans days', () => {
    const one = fileOf('one', part(...ONE_DAY));
    const two = fileOf('two', part('2025-11-11T12:00:00.000', '2025-11-12T11:59:59.999', 1_000));
    const days = inputsOfDays({ look: look(one, two), calendar, limits });
    expect([...days].map(([day, { files, rows, bytes }]) => [day, files, rows, bytes])).toEqual([
      ['2025-11-11', [one, two], 600, 6_000],
      ['2025-11-12', [two], 500, 5_000],
    ]);
  });

  it('has equal inputs for equal contents in any order and place, and others for another reading or file', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => fileOf(name, part(...ONE_DAY)));
    const inputs = (files: DatasetFile[], reading = 'orders') =>
      inputsOfDays({ look: { files, reading }, calendar, limits }).get('2025-11-11')?.inputs;
    const moved = { ...a!, path: '/elsewhere', modifiedMs: 9 };
    expect(inputs([b!, moved])).toBe(inputs([a!, b!]));
    const different = [
      inputs([a!]),
      inputs([a!, b!]),
      inputs([a!, { ...a! }]),
      inputs([c!]),
      inputs([a!], 'other'),
    ];
    expect(new Set(different).size).toBe(different.length);
    // A day of the archive whose files were merged has other bytes, and the same records.
    expect(inputs([{ ...a!, bytes: 1_001 }])).toBe(inputs([a!]));
  });

  it('takes a part without times for every day that is asked for', () => {
    const dated = fileOf('dated', part(...ONE_DAY));
    const undated = fileOf('undated', part(null, null, 90));
    const all = inputsOfDays({ look: look(dated, undated), calendar, limits });
    expect([...all.keys()]).toEqual(['2025-11-11']);
    expect(all.get('2025-11-11')?.files).toEqual([dated, undated]);
    const days = ['2025-11-12', '2025-11-11', '2025-11-13'];
    const asked = inputsOfDays({ look: look(dated, undated), calendar, limits, days });
    expect([...asked].map(([day, { files, rows }]) => [day, files.length, rows])).toEqual([
      ['2025-11-11', 2, 130],
      ['2025-11-12', 1, 30],
      ['2025-11-13', 1, 30],
    ]);
  });

  it('leaves out empty parts, what events may not be, and a date that the zone left out', () => {
    const empty = fileOf('empty', part(...ONE_DAY, 0));
    const future = fileOf('future', { rows: 1, bytes: 1, minTimeMs: limits.maxEventTimeMs, maxTimeMs: 9e15 });
    expect(inputsOfDays({ look: look(empty, future), calendar, limits }).size).toBe(0);

    const samoa = createBusinessCalendar('Pacific/Apia');
    const times = {
      minTimeMs: samoa.dayOfLabel('2011-12-29').startMs,
      maxTimeMs: Date.UTC(2011, 11, 30, 20),
    };
    const across = look(fileOf('across', { rows: 10, bytes: 10, ...times }), fileOf('any', part(null, null)));
    const days = ['2011-12-29', '2011-12-30', '2011-12-31'];
    for (const asked of [undefined, days]) {
      const found = inputsOfDays({ look: across, calendar: samoa, limits, days: asked });
      expect([...found.keys()]).toEqual(['2011-12-29', '2011-12-31']);
    }
  });

  it('is what a look at every day by itself would say, for any parts in any zone', () => {
    const time = fc.integer({ min: Date.UTC(2011, 11, 20), max: Date.UTC(2012, 2, 20) });
    const anyPart = fc.record({
      rows: fc.integer({ min: 0, max: 1_000_000 }),
      bytes: fc.nat(1_000_000),
      times: fc.option(fc.tuple(time, fc.integer({ min: 0, max: 5 * DAY_MS })), { freq: 8 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom('Pacific/Apia', 'America/New_York', 'Asia/Shanghai', 'Australia/Lord_Howe'),
        fc.array(fc.array(anyPart, { maxLength: 4 }), { maxLength: 6 }),
        (zone, given) => {
          const days = createBusinessCalendar(zone);
          const files = given.map((parts, f) =>
            fileOf(
              String(f),
              ...parts.map(({ rows, bytes, times }) => ({
                rows,
                bytes,
                minTimeMs: times ? times[0] : null,
                maxTimeMs: times ? times[0] + times[1] : null,
              })),
            ),
          );
          const first = days.dayOfLabel('2011-12-15').index;
          const asked = Array.from({ length: 120 }, (_, i) => days.dayOfIndex(first + i));
          const found = inputsOfDays({
            look: look(...files),
            calendar: days,
            limits,
            days: asked.map(({ label }) => label),
          });
          for (const { label, startMs, endMs } of asked) {
            const holds = (p: DatasetPart): boolean =>
              startMs < endMs &&
              p.rows > 0 &&
              (p.minTimeMs === null || (p.minTimeMs < endMs && Number(p.maxTimeMs) >= startMs));
            const expected = files.filter(({ parts }) => parts.some(holds));
            expect(found.get(label)?.files ?? [], label).toEqual(expected);
          }
          const rows = [...found.values()].reduce((sum, day) => sum + day.rows, 0);
          const all = files.flatMap(({ parts }) => parts).reduce((sum, p) => sum + p.rows, 0);
          expect(Math.abs(rows - all)).toBeLessThanOrEqual(found.size / 2);
        },
      ),
      { numRuns: 150 },
    );
  });
});
