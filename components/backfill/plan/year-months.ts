import { dayNumber } from './day-number.ts';

/** A month as a calendar page: weeks from Monday to Sunday, null beside the month. Days are numbers. */
export interface MonthPage {
  readonly year: number;
  /** 1 … 12 */
  readonly month: number;
  readonly first: number;
  readonly last: number;
  readonly weeks: readonly (readonly (number | null)[])[];
}

const WEEK = 7;

/** 0 Monday … 6 Sunday; 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % WEEK) + WEEK) % WEEK;

export function yearMonths(year: number): MonthPage[] {
  return Array.from({ length: 12 }, (_, index) => {
    const first = firstOfMonth(year, index + 1);
    const last = firstOfMonth(year, index + 2) - 1;
    const start = first - weekdayOf(first);
    const weeks = Math.ceil((last + 1 - start) / WEEK);
    const dayAt = (week: number, weekday: number) => {
      const day = start + week * WEEK + weekday;
      return day < first || day > last ? null : day;
    };
    return {
      year,
      month: index + 1,
      first,
      last,
      weeks: Array.from({ length: weeks }, (_, week) =>
        Array.from({ length: WEEK }, (_, weekday) => dayAt(week, weekday)),
      ),
    };
  });
}

/** Month 13 is January of the next year. */
function firstOfMonth(year: number, month: number): number {
  const [inYear, inMonth] = month > 12 ? [year + 1, month - 12] : [year, month];
  const label = `${String(inYear).padStart(4, '0')}-${String(inMonth).padStart(2, '0')}-01`;
  const day = dayNumber(label);
  if (day === null) throw new RangeError(`${label} is no date: give a year from 1 to 9998`);
  return day;
}

/** The same day of a month so many months away; the month's last day where it has no such one. */
export function addMonths(day: number, months: number): number {
  const date = new Date(day * 86_400_000);
  const index = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const [year, month] = [Math.floor(index / 12), (index % 12) + 1];
  const first = firstOfMonth(year, month);
  return Math.min(first + date.getUTCDate() - 1, firstOfMonth(year, month + 1) - 1);
}
