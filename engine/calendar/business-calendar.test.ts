import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBusinessCalendar, hourSlot, minuteSlot } from './business-calendar.ts';

const ZONES = [
  'UTC',
  'Asia/Shanghai',
  'America/New_York',
  'Europe/London',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/Sao_Paulo',
  'Africa/Casablanca',
];

/** The local date and hour by Intl, which shares no code with the calendar's bucket arithmetic. */
function localParts(timeMs: number, timeZone: string): { date: string; hour: number } {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const parts = Object.fromEntries(format.formatToParts(timeMs).map(({ type, value }) => [type, value]));
  return { date: `${parts.year}-${parts.month}-${parts.day}`, hour: Number(parts.hour) };
}

describe.each(ZONES)('%s', (timeZone) => {
  const calendar = createBusinessCalendar(timeZone);
  const instants = fc.integer({ min: Date.UTC(1995, 0, 1), max: Date.UTC(2035, 0, 1) });

  test('every instant lies in exactly the day, hour and minute of its local time', () => {
    fc.assert(
      fc.property(instants, (timeMs) => {
        const day = calendar.dayOf(timeMs);
        const local = localParts(timeMs, timeZone);
        expect(day.label).toBe(local.date);
        expect(day.startMs).toBeLessThanOrEqual(timeMs);
        expect(day.endMs).toBeGreaterThan(timeMs);
        const hour = hourSlot(day, timeMs);
        expect(day.hourOfDay[hour]).toBe(local.hour);
        expect(day.hourStartsMs[hour]).toBeLessThanOrEqual(timeMs);
        expect(day.hourStartsMs[hour + 1] ?? day.endMs).toBeGreaterThan(timeMs);
        const minute = minuteSlot(day, timeMs);
        expect(minute).toBeGreaterThanOrEqual(0);
        expect(minute).toBeLessThan((day.endMs - day.startMs) / 60_000);
      }),
      { numRuns: 300 },
    );
  });

  test('days follow each other without gap or overlap', () => {
    fc.assert(
      fc.property(instants, (timeMs) => {
        const day = calendar.dayOf(timeMs);
        expect(calendar.dayOfIndex(day.index + 1).startMs).toBe(day.endMs);
        expect(calendar.dayOfLabel(day.label)).toBe(day);
      }),
    );
  });
});

test.each([
  ['Europe/London', '2024-03-31', 23],
  ['Europe/London', '2024-10-27', 25],
  ['America/New_York', '2024-03-10', 23],
  ['Asia/Shanghai', '2024-11-11', 24],
  ['Australia/Lord_Howe', '2024-10-06', 23.5],
])('in %s the day %s has %d hours', (timeZone, label, hours) => {
  const day = createBusinessCalendar(timeZone).dayOfLabel(label);
  expect((day.endMs - day.startMs) / 3_600_000).toBe(hours);
});

test('the hour that clocks repeat is two hours with one label', () => {
  const day = createBusinessCalendar('Europe/London').dayOfLabel('2024-10-27');
  expect(day.hourOfDay.filter((hour) => hour === 1)).toHaveLength(2);
});

test('an unknown zone and a malformed date are named', () => {
  expect(() => createBusinessCalendar('Mars/Olympus')).toThrow(/Mars\/Olympus/);
  expect(() => createBusinessCalendar('UTC').dayOfLabel('11.11.2024')).toThrow(/11\.11\.2024/);
});
