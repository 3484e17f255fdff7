import { expect, it } from 'vitest';
import { dayLabel, dayNumber } from './day-number.ts';
import { moveDay } from './move-day.ts';
import { addMonths, weekdayOf, yearMonths } from './year-months.ts';

const labelled = (day: number | null) => (day === null ? null : dayLabel(day));
const numbered = (label: string) => dayNumber(label) ?? Number.NaN;

it.each([2000, 2023, 2024, 2026, 2100])('%i has each of its days once, under its weekday', (year) => {
  const months = yearMonths(year);
  const days = months.flatMap(({ weeks }) => weeks.flat()).filter((day) => day !== null);
  const wanted = Array.from({ length: 366 }, (_, i) => new Date(Date.UTC(year, 0, 1 + i)))
    .filter((date) => date.getUTCFullYear() === year)
    .map((date) => date.toISOString().slice(0, 10));
  expect(days.map(dayLabel)).toEqual(wanted);
  for (const { month, first, last, weeks } of months) {
    expect(weeks.every((week) => week.length === 7 && week.some((day) => day !== null))).toBe(true);
    expect([dayLabel(first).slice(5, 7), dayLabel(last).slice(5, 7)].map(Number)).toEqual([month, month]);
    for (const week of weeks)
      for (const [weekday, day] of week.entries())
        if (day !== null) expect((new Date(day * 86_400_000).getUTCDay() + 6) % 7).toBe(weekday);
  }
});

it('months are moved by without leaving them', () => {
  expect(labelled(addMonths(numbered('2027-01-31'), 1))).toBe('2027-02-28');
  expect(labelled(addMonths(numbered('2028-02-29'), -12))).toBe('2027-02-28');
  expect(labelled(addMonths(numbered('2026-12-15'), 1))).toBe('2027-01-15');
});

it('keys move as a calendar does', () => {
  const from = numbered('2026-11-11');
  const to = (key: string, ctrl = false) => labelled(moveDay(from, key, ctrl));
  expect(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map((key) => to(key))).toEqual([
    '2026-11-10',
    '2026-11-12',
    '2026-11-04',
    '2026-11-18',
  ]);
  expect([to('Home'), to('End'), to('PageUp'), to('PageDown', true), to('a')]).toEqual([
    '2026-11-09',
    '2026-11-15',
    '2026-10-11',
    '2027-11-11',
    null,
  ]);
  expect(weekdayOf(-1)).toBe(2);
});
