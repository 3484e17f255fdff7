import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import type { DatasetFile, DatasetLook, DatasetPart } from '../../datasets/dataset.ts';
import { zeroCounts } from '../../events/counts.ts';
import type { DayFacts } from '../../history/jobs-history.ts';
import { DEFAULT_LIMITS } from '../../plan/default-limits.ts';
import { inputsOfDays } from '../backfill/day-inputs.ts';
import { type CoverageOptions, coverageOf } from './coverage-of.ts';

const HOUR_MS = 3_600_000;
const limits = DEFAULT_LIMITS;

const fileOf = (name: string, ...parts: DatasetPart[]): DatasetFile => ({
  path: `/data/${name}`,
  bytes: 1_000,
  modifiedMs: 5,
  fingerprint: `contents of ${name}`,
  parts,
});
const lookAt = (name: string, ...files: DatasetFile[]): DatasetLook => ({
  summary: {
    name,
    kind: 'orders',
    title: name,
    from: '',
    files: files.length,
    bytes: 0,
    rows: null,
    days: null,
    changes: [],
    lookedAtMs: 0,
    problems: [],
  },
  files,
  reading: 'orders',
});
const factsOf = (day: string, more: Partial<DayFacts> = {}): DayFacts => ({
  day,
  generation: 7,
  by: 'replay',
  publishedAtMs: 1_000,
  restated: false,
  counts: { ...zeroCounts(), rows: 10, applied: 9 },
  dataset: 'orders',
  inputs: null,
  lateEvents: 0,
  staleMetrics: [],
  ...more,
});

/** A calendar's answer in Shanghai on 2025-11-12 at 09:00, of live that is five seconds behind. */
const calendar = createBusinessCalendar('Asia/Shanghai');
const nowMs = Date.parse('2025-11-12T09:00:00+08:00');
const answer = (more: Partial<CoverageOptions> = {}) =>
  coverageOf({
    year: 2025,
    dataset: 'orders',
    looks: [lookAt('orders')],
    published: [],
    plan: { limits },
    calendar,
    watermarkMs: nowMs - 5_000,
    nowMs,
    lateByDay: {},
    ...more,
  });
const dayOf = (label: string, more: Partial<CoverageOptions> = {}) =>
  answer(more).days.find(({ day }) => day === label);
const oneDay = (label: string, rows: number): DatasetPart => {
  const { startMs, endMs } = calendar.dayOfLabel(label);
  return { rows, bytes: rows, minTimeMs: startMs, maxTimeMs: endMs - 1 };
};

describe('the calendar of a year', () => {
  it('has every business day of the year once, in order, also of 366 days and where a zone left a date out', () => {
    const years = (timeZone: string, year: number) =>
      answer({ calendar: createBusinessCalendar(timeZone), year }).days.map(({ day }) => day);
    expect(years('Asia/Shanghai', 2024)).toHaveLength(366);
    expect(years('Asia/Shanghai', 2025).slice(0, 2)).toEqual(['2025-01-01', '2025-01-02']);
    expect(years('America/New_York', 2025)).toHaveLength(365);
    const samoa = years('Pacific/Apia', 2011);
    expect(samoa).toHaveLength(364);
    expect(samoa.slice(-3)).toEqual(['2011-12-28', '2011-12-29', '2011-12-31']);
    expect(samoa).toEqual([...new Set(samoa)].sort());
  });

  it('tells what is published, missing, empty, live and to come', () => {
    const files = lookAt('orders', fileOf('a', oneDay('2025-11-09', 50), oneDay('2025-11-10', 60)));
    const published = [
      factsOf('2025-11-10', { generation: 3, restated: true, publishedAtMs: 5, staleMetrics: ['units'] }),
    ];
    const { days } = answer({ looks: [files], published });
    const states = new Map(days.map((day) => [day.day, day]));
    expect(states.get('2025-11-08')).toEqual({
      day: '2025-11-08',
      state: 'empty',
      dirt: [],
      staleMetrics: [],
      inFiles: false,
      rows: 0,
      published: null,
    });
    expect(states.get('2025-11-09')).toMatchObject({ state: 'missing', inFiles: true, rows: 50 });
    expect(states.get('2025-11-10')).toEqual({
      day: '2025-11-10',
      state: 'published',
      dirt: [],
      staleMetrics: ['units'],
      inFiles: true,
      rows: 60,
      published: { generation: 3, by: 'replay', atMs: 5, restated: true, applied: 9 },
    });
    expect(states.get('2025-11-11')?.state).toBe('empty');
    expect(states.get('2025-11-12')?.state).toBe('live');
    expect(states.get('2025-11-13')?.state).toBe('future');
  });

  it('leaves a day to live until the watermark has passed its end and the allowed lateness, by the clock before that', () => {
    const { endMs } = calendar.dayOfLabel('2025-11-11');
    const sealMs = endMs + limits.allowedLatenessMs;
    const stateAt = (watermarkMs: number | null, now: number) =>
      dayOf('2025-11-11', { watermarkMs, nowMs: now })?.state;
    expect(stateAt(sealMs, nowMs)).toBe('live');
    expect(stateAt(sealMs + 1, nowMs)).toBe('empty');
    expect(stateAt(null, sealMs)).toBe('live');
    expect(stateAt(null, sealMs + 1)).toBe('empty');
    // A stream that stands still for days holds all of them.
    expect(dayOf('2025-11-12', { watermarkMs: endMs, nowMs: endMs + 100 * HOUR_MS })?.state).toBe('live');
    // To what is behind it, it has not come, whatever the clock says.
    expect(dayOf('2025-11-13', { watermarkMs: endMs, nowMs: endMs + 100 * HOUR_MS })?.state).toBe('future');
  });

  it('says why a published day may be wrong, and only while it may', () => {
    const day = '2025-11-10';
    const dirtOf = (facts: Partial<DayFacts>, more: Partial<CoverageOptions> = {}) => {
      const { days, dirtyDays } = answer({ published: [factsOf(day, facts)], ...more });
      const dirt = days.find((each) => each.day === day)?.dirt ?? [];
      expect(dirtyDays).toEqual(dirt.length > 0 ? [day] : []);
      return dirt;
    };
    expect(dirtOf({})).toEqual([]);
    expect(dirtOf({ lateEvents: 2 }, { lateByDay: { [day]: 5 } })).toEqual([{ why: 'late', events: 3 }]);
    expect(dirtOf({ lateEvents: 5 }, { lateByDay: { [day]: 5 } })).toEqual([]);
    expect([answer().lateKnown, answer({ lateByDay: null }).lateKnown]).toEqual([true, false]);
    const counts = { ...zeroCounts(), conflicts: 2 };
    expect(dirtOf({ by: 'live', dataset: null, counts })).toEqual([{ why: 'conflicts', events: 2 }]);
    expect(dirtOf({ by: 'replay', counts })).toEqual([]);

    const before = lookAt('orders', fileOf('a', oneDay(day, 50)), fileOf('b', oneDay('2025-11-09', 50)));
    const inputs = inputsOfDays({ look: before, calendar, limits }).get(day)?.inputs ?? null;
    const made = { inputs };
    expect(dirtOf(made, { looks: [before] })).toEqual([]);
    const more = lookAt('orders', ...before.files, fileOf('c', oneDay(day, 1)));
    expect(dirtOf(made, { looks: [more] })).toEqual([{ why: 'changed_file' }]);
    expect(dirtOf(made, { looks: [{ ...before, reading: 'other' }] })).toEqual([{ why: 'changed_file' }]);
    expect(dirtOf(made, { looks: [lookAt('orders', ...before.files.slice(1))] })).toEqual([]);
    // Whose files are looked at is another question than whose figures are published.
    expect(dirtOf(made, { dataset: 'other', looks: [lookAt('other'), more] })).toEqual([
      { why: 'changed_file' },
    ]);
    expect(dirtOf({ ...made, dataset: 'gone' }, { looks: [more] })).toEqual([]);
  });

  it('names dirty days of all years, and no day that nothing is published of', () => {
    const published = ['2024-02-29', '2025-01-01'].map((day) => factsOf(day));
    const lateByDay = { '2025-01-01': 1, '2024-02-29': 1, '2025-03-03': 1 };
    expect(answer({ published, lateByDay }).dirtyDays).toEqual(['2024-02-29', '2025-01-01']);
    expect(dayOf('2025-03-03', { published, lateByDay })?.dirt).toEqual([]);
  });

  it('opens at the last year that anything is known of, else at the present one', () => {
    const files = lookAt('orders', fileOf('a', oneDay('2022-12-31', 50), oneDay('2023-01-01', 50)));
    expect(answer({ year: null, looks: [files] })).toMatchObject({ year: 2023, years: [2022, 2023] });
    const published = [factsOf('2019-05-05'), factsOf('2024-05-05')];
    expect(answer({ year: null, looks: [files], published })).toMatchObject({
      year: 2024,
      years: [2019, 2022, 2023, 2024],
    });
    expect(answer({ year: null })).toMatchObject({ year: 2025, years: [] });
  });

  it('refuses a dataset that is none, and a year without events, by name', () => {
    expect(() => answer({ dataset: 'other' })).toThrow(/no dataset other.*orders/);
    for (const year of [1969, 2101, 2025.5]) {
      expect(() => answer({ year })).toThrow(new RegExp(`the year ${year}.*1970 to 2100`));
    }
  });

  it('is what a look at every day by itself would say, in any zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Pacific/Apia', 'America/New_York', 'Asia/Shanghai', 'Australia/Lord_Howe'),
        fc.integer({ min: Date.UTC(2010, 11, 20), max: Date.UTC(2012, 0, 12) }),
        fc.option(fc.integer({ min: Date.UTC(2010, 11, 20), max: Date.UTC(2012, 0, 12) })),
        fc.array(fc.tuple(fc.nat(364), fc.nat(3), fc.nat(3), fc.boolean()), { maxLength: 20 }),
        fc.array(fc.tuple(fc.nat(364), fc.nat(72)), { maxLength: 8 }),
        (zone, now, watermarkMs, days, parts) => {
          const inZone = createBusinessCalendar(zone);
          const first = inZone.dayOfLabel('2011-01-01').index;
          const published = new Map(
            days.map(([offset, lateEvents, conflicts, live]) => {
              const { label } = inZone.dayOfIndex(first + offset);
              const counts = { ...zeroCounts(), conflicts };
              return [label, factsOf(label, { lateEvents, counts, by: live ? 'live' : 'replay' })] as const;
            }),
          );
          const lateByDay = Object.fromEntries(
            days.map(([offset, , late]) => [inZone.dayOfIndex(first + offset).label, late]),
          );
          const files = parts.map(([offset, hours], i) => {
            const minTimeMs = inZone.dayOfIndex(first + offset).startMs;
            const maxTimeMs = minTimeMs + hours * HOUR_MS;
            return fileOf(String(i), { rows: 10, bytes: 10, minTimeMs, maxTimeMs });
          });
          const found = coverageOf({
            year: 2011,
            dataset: 'orders',
            looks: [lookAt('orders', ...files)],
            published: [...published.values()],
            plan: { limits },
            calendar: inZone,
            watermarkMs,
            nowMs: now,
            lateByDay,
          });
          for (const { day: label, state, dirt, inFiles } of found.days) {
            const { startMs, endMs } = inZone.dayOfLabel(label);
            const facts = published.get(label);
            const late = (lateByDay[label] ?? 0) - (facts?.lateEvents ?? 0);
            const expected = [
              ...(facts && late > 0 ? ['late'] : []),
              ...(facts?.by === 'live' && facts.counts.conflicts > 0 ? ['conflicts'] : []),
            ];
            expect(
              dirt.map(({ why }) => why),
              label,
            ).toEqual(expected);
            const held = files.some(({ parts: [part] }) =>
              part ? Number(part.minTimeMs) < endMs && Number(part.maxTimeMs) >= startMs : false,
            );
            expect(inFiles, label).toBe(held);
            const sealed = (watermarkMs ?? now) - limits.allowedLatenessMs > endMs;
            const come = startMs <= (watermarkMs ?? now);
            const known = facts ? 'published' : held ? 'missing' : 'empty';
            expect(state, label).toBe(sealed ? known : come ? 'live' : 'future');
            if (sealed) expect(found.dirtyDays.includes(label)).toBe(expected.length > 0);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
