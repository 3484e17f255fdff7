import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { createRateSchedule } from './first-schedule.ts';
import { type RateSchedule, withRate } from './rate-schedule.ts';
import { createTimetable } from './timetable.ts';

const HOUR_MS = 3_600_000;
const shanghai = createBusinessCalendar('Asia/Shanghai');

/** A schedule whose first start is at local `hour` of `label`. */
function starting(label: string, hour: number, eventsPerSecond = 50, sampleEvents = 2_000_000): RateSchedule {
  const nowMs = shanghai.dayOfLabel(label).startMs + hour * HOUR_MS;
  return createRateSchedule({
    seed: 11,
    currency: 'CNY',
    calendar: shanghai,
    nowMs,
    eventsPerSecond,
    sampleEvents,
  });
}

describe('the schedule of a first start', () => {
  it('holds last year’s sale day, seven ordinary days and today, and nothing between', () => {
    const schedule = starting('2026-11-11', 12);
    const timetable = createTimetable({ schedule, calendar: shanghai });
    const days = timetable.daysBefore(schedule.steps[1]!.fromMs);
    expect(days.map(({ day }) => day.label)).toEqual([
      '2025-11-11',
      ...['04', '05', '06', '07', '08', '09', '10', '11'].map((day) => `2026-11-${day}`),
    ]);
    for (const [i, { fromOffset }] of days.entries()) expect(fromOffset).toBe(days[i - 1]?.toOffset ?? 0);
    const [lastSale, ...rest] = days.map(({ fromOffset, toOffset }) => toOffset - fromOffset);
    const today = rest.pop() ?? 0;
    expect((lastSale ?? 0) / today).toBeGreaterThan(0.8);
    expect((lastSale ?? 0) / today).toBeLessThan(0.9);
    for (const ordinary of rest) expect(ordinary).toBeLessThan(0.1 * today);
  });

  it('goes back to 28 February from a 29th', () => {
    expect(starting('2028-02-29', 12).segments[0]!.fromDay).toBe('2027-02-28');
  });

  it('needs no thinning out at the default rate for most of the day', () => {
    for (const hour of [0, 9, 18]) {
      expect(starting('2026-11-11', hour).steps.map((step) => step.eventsPerSecond)).toEqual([50, 50]);
    }
  });

  it('holds at most the sample’s events before the start, and goes on at the configured rate', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 23.9, noNaN: true }),
        fc.constantFrom(50, 700, 50_000),
        fc.constantFrom(0, 100, 30_000, 2_000_000),
        (hour, rate, most) => {
          const schedule = starting('2026-11-11', Math.floor(hour), rate, most);
          const timetable = createTimetable({ schedule, calendar: shanghai });
          const startMs = schedule.steps[1]!.fromMs;
          const before = timetable.offsetAt(startMs);
          expect(before).toBeLessThanOrEqual(most);
          expect(schedule.steps[1]!.eventsPerSecond).toBe(rate);
          if (schedule.steps[0]!.eventsPerSecond < rate) expect(before).toBeGreaterThanOrEqual(most - 30);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('offsets and nominal times', () => {
  const zones = ['Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'UTC'];
  const inZone = (timeZone: string, label: string): { schedule: RateSchedule; nowMs: number } => {
    const calendar = createBusinessCalendar(timeZone);
    const nowMs = calendar.dayOfLabel(label).startMs + 7 * HOUR_MS + 12_345;
    const given = { seed: 5, currency: 'USD', calendar, nowMs, eventsPerSecond: 60, sampleEvents: 500_000 };
    return { schedule: createRateSchedule(given), nowMs };
  };

  it('never go back, stay within their business day, and find each other, across changes of the clock', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom('2026-03-08', '2026-11-01', '2026-04-05', '2026-10-04', '2018-11-04'),
        fc.integer({ min: 0, max: 2_500_000 }),
        (zone, label, from) => {
          const calendar = createBusinessCalendar(zone);
          const timetable = createTimetable({ schedule: inZone(zone, label).schedule, calendar });
          const times = new Float64Array(300);
          timetable.fillTimes(from, 300, times);
          for (let i = 0; i < 300; i++) {
            expect(times[i]).toBe(timetable.timeOf(from + i));
            if (i > 0) expect(times[i]!).toBeGreaterThanOrEqual(times[i - 1]!);
          }
          const first = timetable.offsetAt(times[0]!);
          expect(timetable.timeOf(first)).toBe(times[0]);
          if (first > 0) expect(timetable.timeOf(first - 1)).toBeLessThan(times[0]!);
          const own = timetable.offsetsOf(calendar.dayOf(times[0]!).index);
          expect(own?.fromOffset).toBeLessThanOrEqual(from);
          expect(own?.toOffset).toBeGreaterThan(from);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('give a day of 23 or 25 hours the events of its own hours', () => {
    const calendar = createBusinessCalendar('America/New_York');
    const eventsOf = (label: string): number => {
      const { schedule } = inZone('America/New_York', '2026-03-01');
      const own = createTimetable({ schedule, calendar }).offsetsOf(calendar.dayOfLabel(label).index);
      return (own?.toOffset ?? 0) - (own?.fromOffset ?? 0);
    };
    const usual = eventsOf('2026-03-07');
    // The hour from two to three is missing, the one from one to two comes twice.
    expect(usual - eventsOf('2026-03-08')).toBeGreaterThan(0.005 * usual);
    expect(usual - eventsOf('2026-03-08')).toBeLessThan(0.02 * usual);
    expect(eventsOf('2026-11-01') - usual).toBeGreaterThan(0.005 * usual);
    expect(eventsOf('2026-11-01') - usual).toBeLessThan(0.02 * usual);
  });

  it('keep their meaning before a step that a later start appends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 * HOUR_MS }),
        fc.constantFrom(55, 400, 9_000),
        (laterMs, rate) => {
          const { schedule, nowMs } = inZone('Asia/Shanghai', '2026-11-11');
          const stepMs = nowMs + laterMs;
          const changed = withRate(schedule, stepMs, rate);
          const before = createTimetable({ schedule, calendar: shanghai });
          const after = createTimetable({ schedule: changed, calendar: shanghai });
          const at = before.offsetAt(stepMs);
          expect(after.offsetAt(stepMs)).toBe(at);
          for (const back of [1, 2, 3, 50, 4_000, 100_000]) {
            expect(after.timeOf(at - back)).toBe(before.timeOf(at - back));
          }
          expect(after.timeOf(at + 10)).toBeGreaterThanOrEqual(stepMs);
          expect(after.timeOf(at + 5_000) - stepMs).not.toBe(before.timeOf(at + 5_000) - stepMs);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('add no step for the rate that already applies', () => {
    const { schedule, nowMs } = inZone('UTC', '2026-11-11');
    expect(withRate(schedule, nowMs + 1, 60)).toBe(schedule);
  });

  it('open the sale with a burst of about twice the evening peak', () => {
    const { schedule } = inZone('Asia/Shanghai', '2026-11-11');
    const timetable = createTimetable({ schedule, calendar: shanghai });
    const { startMs } = shanghai.dayOfLabel('2026-11-12');
    const perMinute = (ms: number): number => timetable.offsetAt(ms + 60_000) - timetable.offsetAt(ms);
    const peak = perMinute(startMs + 21 * HOUR_MS);
    expect(peak).toBe(60 * 60);
    expect(perMinute(startMs) / peak).toBeCloseTo(2, 1);
    expect(perMinute(startMs + HOUR_MS) / peak).toBeLessThan(0.1);
  });
});
