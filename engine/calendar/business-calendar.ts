import { type CalendarDate, fromAbsolute, parseDate, toCalendarDate, toZoned } from '@internationalized/date';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** One business day: the instants of a local date in the business time zone. It has 23, 24 or 25 hours. */
export interface BusinessDay {
  /** Days from 1970-01-01 to the local date: consecutive, and equal in every process. */
  readonly index: number;
  /** `2010-12-01` */
  readonly label: string;
  /** `2010-12` */
  readonly month: string;
  /** First instant, and the first instant of the next day; epoch ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** Where each hour of the day starts, epoch ms: each full local hour, and each change of the zone's offset. */
  readonly hourStartsMs: readonly number[];
  /** The local hour (0–23) of each entry of `hourStartsMs`; an hour repeats when clocks go back. */
  readonly hourOfDay: readonly number[];
}

/** Maps instants to business days, hours and months. Days are computed once and kept. */
export interface BusinessCalendar {
  readonly timeZone: string;
  /** The day that holds the instant. */
  dayOf(timeMs: number): BusinessDay;
  /** The day of a local date such as `2010-12-01`; throws a RangeError that names a malformed one. */
  dayOfLabel(label: string): BusinessDay;
  dayOfIndex(index: number): BusinessDay;
}

/** UTC minutes since the day's first instant: the slot of a minute slice. */
export function minuteSlot(day: BusinessDay, timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS) - Math.floor(day.startMs / MINUTE_MS);
}

/** Index into `hourStartsMs` of the hour that holds the instant. */
export function hourSlot(day: BusinessDay, timeMs: number): number {
  let slot = Math.min(day.hourStartsMs.length - 1, Math.floor((timeMs - day.startMs) / HOUR_MS));
  while (slot + 1 < day.hourStartsMs.length && day.hourStartsMs[slot + 1]! <= timeMs) slot++;
  while (slot > 0 && day.hourStartsMs[slot]! > timeMs) slot--;
  return slot;
}

function dateOfIndex(index: number): CalendarDate {
  return toCalendarDate(fromAbsolute(index * DAY_MS, 'UTC'));
}

function startOfDate(date: CalendarDate, timeZone: string): number {
  return toZoned(date, timeZone, 'compatible').toDate().getTime();
}

/** Hour boundaries: hourly steps, except that a change of offset by part of an hour starts a bucket of its own. */
function hoursOf(startMs: number, endMs: number, timeZone: string): { starts: number[]; labels: number[] } {
  const starts: number[] = [];
  const labels: number[] = [];
  let at = startMs;
  while (at < endMs) {
    const local = fromAbsolute(at, timeZone);
    starts.push(at);
    labels.push(local.hour);
    const untilFull = HOUR_MS - (local.minute * MINUTE_MS + local.second * 1000 + local.millisecond);
    let next = Math.min(endMs, at + untilFull);
    if (fromAbsolute(next, timeZone).offset !== local.offset) {
      next = Math.min(next, offsetChange(at, next, timeZone));
    }
    at = next;
  }
  return { starts, labels };
}

/** The first instant in (from, to] with another offset than `from`, by bisection to the millisecond. */
function offsetChange(from: number, to: number, timeZone: string): number {
  const before = fromAbsolute(from, timeZone).offset;
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fromAbsolute(middle, timeZone).offset === before) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Creates the calendar of an IANA time zone; zone rules are those of `@internationalized/date` and ICU.
 *
 * @throws RangeError naming a zone that the runtime does not know.
 */
export function createBusinessCalendar(timeZone: string): BusinessCalendar {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new RangeError(`unknown time zone "${timeZone}": use an IANA name such as Asia/Shanghai or UTC`);
  }
  const days = new Map<number, BusinessDay>();
  let latest: BusinessDay | null = null;

  const dayOfIndex = (index: number): BusinessDay => {
    const known = days.get(index);
    if (known) return known;
    const date = dateOfIndex(index);
    const label = date.toString();
    const startMs = startOfDate(date, timeZone);
    const endMs = startOfDate(dateOfIndex(index + 1), timeZone);
    const { starts, labels } = hoursOf(startMs, endMs, timeZone);
    const day: BusinessDay = {
      index,
      label,
      month: label.slice(0, -3),
      startMs,
      endMs,
      hourStartsMs: starts,
      hourOfDay: labels,
    };
    days.set(index, day);
    return day;
  };

  const dayOf = (timeMs: number): BusinessDay => {
    if (latest && timeMs >= latest.startMs && timeMs < latest.endMs) return latest;
    let day = dayOfIndex(Math.floor(timeMs / DAY_MS));
    while (timeMs < day.startMs) day = dayOfIndex(day.index - 1);
    while (timeMs >= day.endMs) day = dayOfIndex(day.index + 1);
    latest = day;
    return day;
  };

  return {
    timeZone,
    dayOf,
    dayOfIndex,
    dayOfLabel(label) {
      try {
        return dayOfIndex(Math.floor(parseDate(label).toDate('UTC').getTime() / DAY_MS));
      } catch {
        throw new RangeError(`"${label}" is not a date: write it as 2010-12-01`);
      }
    },
  };
}
