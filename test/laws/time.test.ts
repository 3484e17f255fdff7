import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComparedMetric, compareElapsed } from '../../components/board/elapsed-comparison.ts';
import { todayCurveView } from '../../components/board/sale-views.ts';
import { closedMinutes, dayMinutes } from '../../components/charts/minute-series.ts';
import { verifyFiles } from '../../engine/cli/verify-files.ts';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import type { Row } from '../../engine/protocol/view.ts';
import { resolveRange } from '../../engine/store/query/resolve-range.ts';
import { at, orderEvent } from '../builders.ts';
import { writeOrderFile } from '../event-files.ts';
import { CURRENCY, calendarOf } from './generated-days.ts';
import { cases } from './law.ts';
import { planOf } from './run-pipeline.ts';

/** Nights on which clocks did odd things, in zones where it was night. */
const NIGHTS: readonly (readonly [timeZone: string, change: string, what: string])[] = [
  ['America/St_Johns', '2010-11-07T02:31:00Z', 'clocks go back at 00:01 to the evening before'],
  ['Antarctica/Casey', '2010-03-04T15:00:00Z', 'clocks go back by three hours over midnight'],
  ['America/Havana', '2024-11-03T05:00:00Z', 'the first hour of a day comes twice'],
  ['America/Sao_Paulo', '2018-11-04T03:00:00Z', 'a day has no first hour'],
  ['Australia/Lord_Howe', '2024-04-06T15:00:00Z', 'clocks go back by half an hour'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z', 'a date is left out'],
  ['Antarctica/Vostok', '1994-01-31T17:00:00Z', 'a day has 31 hours'],
  ['Africa/Monrovia', '1972-01-07T00:44:30Z', 'the offset has seconds until then'],
];

describe('hours, days and months are those of another calendar, DuckDB’s ICU', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-time-'));
  const file = join(folder, 'nights.parquet');
  const MINUTE = 60_000;

  beforeAll(async () => {
    const shifts = [-1_500, -600, -181, -180, -61, -60, -31, -1, 0, 1, 29, 30, 59, 60, 119, 180, 600, 1_500];
    const times = NIGHTS.flatMap(([, change]) =>
      shifts.flatMap((minutes) => [-1, 0, 1].map((ms) => at(change) + minutes * MINUTE + ms)),
    );
    const events = times.map((event_time, i) =>
      orderEvent({
        event_id: `e${i}`,
        event_time,
        order_id: `o${i % 7}`,
        buyer_id: `b${i % 5}`,
        currency: CURRENCY,
      }),
    );
    await writeOrderFile(file, events);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(NIGHTS)('%s, %s: %s', async (timeZone) => {
    const rollups = defaultCatalogue.rollups.filter(({ name }) => ['total', 'hour_of_day'].includes(name));
    const plan = planOf(timeZone, {}, { ...defaultCatalogue, rollups });
    const report = await verifyFiles({ plan, files: [file], threads: 1 });
    expect(report.differences).toEqual([]);
    expect(report.compared).toBeGreaterThan(1_000);
  });
});

describe('the comparison of a day with the one a year before', () => {
  const METRICS: readonly ComparedMetric[] = ['gmv', 'orders', 'refund_rate'];
  const ZONES = Intl.supportedValuesOf('timeZone');
  const offers = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(1e6)),
    {
      minLength: 1,
      maxLength: 40,
    },
  );

  it('is elapsed against elapsed since the opening, in every zone, however long either day is', () => {
    let unequal = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constantFrom(...ZONES),
          fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
        ),
        fc.integer({ min: 1974, max: 2099 }),
        // Weeks in which clocks change, and any day.
        fc.oneof(
          fc.integer({ min: 66, max: 74 }),
          fc.integer({ min: 83, max: 91 }),
          fc.integer({ min: 295, max: 312 }),
          fc.integer({ min: 0, max: 365 }),
        ),
        offers,
        offers,
        fc.oneof(fc.constantFrom(0, 1, 1.02), fc.double({ min: 0, max: 1, noNaN: true })),
        (timeZone, year, nth, now, then, passed) => {
          const calendar = calendarOf(timeZone);
          const today = calendar.dayOf(Date.UTC(year, 0, 1, 12) + nth * 86_400_000);
          const { days, note } = resolveRange({ range: { kind: 'comparison' }, calendar, today });
          const [before] = days;
          if (!before) return expect(note).not.toBeNull();
          expect(Number(before.label.slice(0, 4))).toBe(Number(today.label.slice(0, 4)) - 1);
          if (before.endMs - before.startMs !== today.endMs - today.startMs) unequal++;

          const eventsOf = (day: typeof today, drawn: typeof now) =>
            drawn.map(([part, amount], i) => ({
              timeMs: day.startMs + Math.floor(part * (day.endMs - day.startMs)),
              paid: i % 4 !== 3,
              amount,
            }));
          /** Rows as the minute view has them: a key per UTC minute. */
          const rowsOf = (events: ReturnType<typeof eventsOf>): Row[] => {
            const rows = new Map<number, [number, number, number, number, number, number]>();
            for (const { timeMs, paid, amount } of events) {
              const minute = timeMs - (timeMs % 60_000);
              const row = rows.get(minute) ?? [minute, 0, 0, 0, 0, 0];
              row[paid ? 1 : 5] += amount;
              row[2] += paid ? 1 : 0;
              rows.set(minute, row);
            }
            return [...rows.values()];
          };
          const minutesOf = (day: typeof today, events: ReturnType<typeof eventsOf>) => {
            const minutes = dayMinutes({ spec: todayCurveView, meta: day, rows: rowsOf(events) });
            if (!minutes) throw new Error('a day has minutes');
            return minutes;
          };
          const [eventsNow, eventsThen] = [eventsOf(today, now), eventsOf(before, then)];
          const watermarkMs = today.startMs + Math.floor(passed * (today.endMs - today.startMs));
          const given = { today: minutesOf(today, eventsNow), comparison: minutesOf(before, eventsThen) };
          const closed = closedMinutes(given.today, watermarkMs);
          // Whole minutes of today that are over, and as much time from the other day's first instant on.
          const elapsedMs = Math.min(today.endMs, watermarkMs - (watermarkMs % 60_000)) - today.startMs;
          const sumOf = (day: typeof today, events: ReturnType<typeof eventsOf>, paid: boolean): number =>
            events
              .filter((event) => event.timeMs - day.startMs < elapsedMs && event.paid === paid)
              .reduce((sum, { amount }) => sum + amount, 0);
          expect(closed * 60_000).toBe(Math.max(0, elapsedMs));
          const gmv = [sumOf(today, eventsNow, true), sumOf(before, eventsThen, true)] as const;
          for (const metric of METRICS) {
            const { before: figure, change } = compareElapsed(metric, { ...given, closed });
            if (metric === 'gmv') {
              expect(figure).toBe(gmv[1]);
              expect(change).toBe(gmv[1] === 0 ? null : gmv[0] / gmv[1] - 1);
            } else if (metric === 'orders') {
              const counted = eventsThen.filter(
                ({ timeMs, paid }) => paid && timeMs - before.startMs < elapsedMs,
              );
              expect(figure).toBe(counted.length);
            } else {
              expect(figure).toBe(gmv[1] === 0 ? null : sumOf(before, eventsThen, false) / gmv[1]);
            }
          }
        },
      ),
      cases(600),
    );
    expect(unequal).toBeGreaterThan(3);
  });
});

it('a date that a zone left out has no comparison and is no missing day', () => {
  const calendar = calendarOf('Pacific/Apia');
  const labels = (range: Parameters<typeof resolveRange>[0]['range'], today: string) => {
    const { days, note } = resolveRange({ range, calendar, today: calendar.dayOfLabel(today) });
    return { days: days.map(({ label }) => label), note };
  };
  expect(labels({ kind: 'last_days', count: 3 }, '2012-01-01').days).toEqual([
    '2011-12-29',
    '2011-12-31',
    '2012-01-01',
  ]);
  expect(labels({ kind: 'days', from: '2011-12-29', to: '2011-12-31' }, '2012-01-01').days).toEqual([
    '2011-12-29',
    '2011-12-31',
  ]);
  expect(labels({ kind: 'comparison' }, '2012-12-30')).toEqual({
    days: [],
    note: '2012-12-30 is compared with no day, as Pacific/Apia left 2011-12-30 out.',
  });
});
