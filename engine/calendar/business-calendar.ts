import { fromAbsolute, parseDate, toCalendarDate } from '@internationalized/date';
import { DAY_MS, HOUR_MS, hoursOf, startOfDate } from './clock-changes.ts';

const MINUTE_MS = 60_000;

/**
 * One business day: the instants of a local date in the business time zone. It has 23, 24 or 25 hours; half an hour
 * more or less on Lord Howe, up to 31 where a zone moved by more, none where a zone left the date out.
 */
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

function labelOf(index: number): string {
  return toCalendarDate(fromAbsolute(index * DAY_MS, 'UTC')).toString();
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
  const starts = new Map<number, number>();
  let latest: BusinessDay | null = null;

  const startOf = (index: number): number => {
    const known = starts.get(index);
    if (known !== undefined) return known;
    const startMs = startOfDate(index, timeZone);
    starts.set(index, startMs);
    return startMs;
  };

  const dayOfIndex = (index: number): BusinessDay => {
    const known = days.get(index);
    if (known) return known;
    const label = labelOf(index);
    const startMs = startOf(index);
    const endMs = startOf(index + 1);
    const { startsMs, localHours } = hoursOf(startMs, endMs, timeZone);
    const day: BusinessDay = {
      index,
      label,
      month: label.slice(0, -3),
      startMs,
      endMs,
      hourStartsMs: startsMs,
      hourOfDay: localHours,
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
