import { type BusinessCalendar, type BusinessDay, hourSlot } from '../../calendar/business-calendar.ts';
import { profileAt } from './daily-profile.ts';
import { below, mix } from './mix.ts';
import type { RateSchedule } from './rate-schedule.ts';

const MINUTE_MS = 60_000;
const KEPT_TABLES = 4;

/** The offsets whose nominal time lies in one business day: `fromOffset` … `toOffset` − 1. */
export interface DayOffsets {
  readonly day: BusinessDay;
  readonly fromOffset: number;
  readonly toOffset: number;
}

/** Offsets ↔ nominal times of a schedule; times never go back as offsets go on. */
export interface Timetable {
  /** Nominal time of an event, epoch ms. */
  timeOf(offset: number): number;
  /** The first offset whose nominal time is `timeMs` or later. */
  offsetAt(timeMs: number): number;
  /** Writes the nominal times of up to `count` events from `fromOffset` on, none after `untilMs`; gives how many. */
  fillTimes(fromOffset: number, count: number, into: Float64Array, untilMs?: number): number;
  /** The day's offsets as the schedule stands; null for a day without events. */
  offsetsOf(dayIndex: number): DayOffsets | null;
  /** Days with events that start before `timeMs`, oldest first. */
  daysBefore(timeMs: number): DayOffsets[];
  /** First offset and instant of the unbroken run of days that the event belongs to. */
  runOf(offset: number): { readonly fromOffset: number; readonly startMs: number };
}

/** Stretches of constant rate: minutes, cut where a step of the schedule falls into one. */
interface DayTable {
  readonly starts: Float64Array;
  /** Expected events since the day's start, at each stretch's start. */
  readonly before: Float64Array;
  readonly perMs: Float64Array;
  readonly events: number;
}

interface ScheduledDay extends DayOffsets {
  readonly position: number;
  readonly runFromOffset: number;
  readonly runStartMs: number;
}

/**
 * Event k of a day happens where the expected number of events reaches k + ½. Expectations are sums of
 * products in a fixed order, so every machine gets the same doubles; a step appended to the schedule cuts a
 * stretch in two and leaves the doubles before it as they were.
 */
export function createTimetable(options: {
  readonly schedule: RateSchedule;
  readonly calendar: BusinessCalendar;
}): Timetable {
  const { schedule, calendar } = options;
  const segments = schedule.segments.map((segment) => ({
    ...segment,
    from: calendar.dayOfLabel(segment.fromDay).index,
    to: segment.toDay === null ? Number.POSITIVE_INFINITY : calendar.dayOfLabel(segment.toDay).index,
  }));
  const days: ScheduledDay[] = [];
  const tables = new Map<number, DayTable>();

  const levelOf = (dayIndex: number): { level: number; shape: (typeof segments)[number]['shape'] } | null => {
    const segment = segments.find(({ from, to }) => dayIndex >= from && dayIndex <= to);
    if (!segment) return null;
    // Ordinary days differ a little from each other.
    const swing =
      segment.shape === 'ordinary' ? 0.9 + below(mix(schedule.seed, dayIndex, 31), 200) / 1000 : 1;
    return { level: segment.level * swing, shape: segment.shape };
  };

  const buildTable = (day: BusinessDay): DayTable => {
    const planned = levelOf(day.index);
    const cuts = schedule.steps
      .map(({ fromMs }) => fromMs)
      .filter((ms) => ms > day.startMs && ms < day.endMs);
    const minutes = Math.ceil((day.endMs - day.startMs) / MINUTE_MS);
    const size = minutes + cuts.length;
    const starts = new Float64Array(size);
    const before = new Float64Array(size);
    const perMs = new Float64Array(size);
    let expected = 0;
    let at = 0;
    const add = (fromMs: number, toMs: number, profile: number): void => {
      if (toMs <= fromMs) return;
      starts[at] = fromMs;
      before[at] = expected;
      perMs[at] = (profile * rateAt(schedule, fromMs)) / 1000;
      expected += perMs[at]! * (toMs - fromMs);
      at++;
    };
    for (let minute = 0; minute < minutes; minute++) {
      let fromMs = day.startMs + minute * MINUTE_MS;
      const toMs = Math.min(day.endMs, fromMs + MINUTE_MS);
      const slot = hourSlot(day, fromMs);
      const localHour = day.hourOfDay[slot]! + (fromMs - day.hourStartsMs[slot]!) / 3_600_000;
      const profile = planned ? planned.level * profileAt(planned.shape, localHour, minute) : 0;
      for (const cut of cuts) {
        if (cut <= fromMs || cut >= toMs) continue;
        add(fromMs, cut, profile);
        fromMs = cut;
      }
      add(fromMs, toMs, profile);
    }
    return {
      starts: starts.subarray(0, at),
      before: before.subarray(0, at),
      perMs: perMs.subarray(0, at),
      events: Math.max(0, Math.ceil(expected - 0.5)),
    };
  };

  const tableOf = (day: BusinessDay): DayTable => {
    let table = tables.get(day.index);
    if (!table) {
      table = buildTable(day);
      if (tables.size >= KEPT_TABLES)
        for (const oldest of [...tables.keys()].slice(0, 1)) tables.delete(oldest);
      tables.set(day.index, table);
    }
    return table;
  };

  /** Appends the next day of the schedule; false after the last one of a schedule with an end. */
  const extend = (): boolean => {
    const last = days.at(-1);
    const after = last ? last.day.index + 1 : Number.NEGATIVE_INFINITY;
    let index = Number.POSITIVE_INFINITY;
    for (const { from, to } of segments) if (to >= after) index = Math.min(index, Math.max(from, after));
    if (!Number.isFinite(index)) return false;
    const day = calendar.dayOfIndex(index);
    const fromOffset = last ? last.toOffset : 0;
    const continues = last !== undefined && index === after;
    days.push({
      position: days.length,
      day,
      fromOffset,
      toOffset: fromOffset + tableOf(day).events,
      runFromOffset: continues ? last.runFromOffset : fromOffset,
      runStartMs: continues ? last.runStartMs : day.startMs,
    });
    return true;
  };

  const dayOfOffset = (offset: number): ScheduledDay => {
    while (days.length === 0 || days[days.length - 1]!.toOffset <= offset) {
      if (!extend()) throw new RangeError(`the schedule ends before offset ${offset}`);
    }
    let low = 0;
    let high = days.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (days[middle]!.toOffset <= offset) low = middle + 1;
      else high = middle;
    }
    return days[low]!;
  };

  const dayOfIndex = (dayIndex: number): ScheduledDay | null => {
    while (days.length === 0 || days[days.length - 1]!.day.index < dayIndex) if (!extend()) break;
    return days.find(({ day }) => day.index === dayIndex) ?? null;
  };

  const timeIn = (table: DayTable, stretch: number, local: number): number =>
    Math.floor(table.starts[stretch]! + (local + 0.5 - table.before[stretch]!) / table.perMs[stretch]!);

  const timeOf = (offset: number): number => {
    const { day, fromOffset } = dayOfOffset(offset);
    const table = tableOf(day);
    return timeIn(table, stretchOf(table, offset - fromOffset), offset - fromOffset);
  };

  return {
    timeOf,
    offsetAt(timeMs) {
      const { index } = calendar.dayOf(timeMs);
      const scheduled = dayOfIndex(index);
      if (!scheduled)
        return days.find(({ day }) => day.index > index)?.fromOffset ?? days.at(-1)?.toOffset ?? 0;
      let low = scheduled.fromOffset;
      let high = scheduled.toOffset;
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        if (timeOf(middle) < timeMs) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    fillTimes(fromOffset, count, into, untilMs = Number.POSITIVE_INFINITY) {
      let offset = fromOffset;
      const end = fromOffset + count;
      while (offset < end) {
        const scheduled = dayOfOffset(offset);
        const table = tableOf(scheduled.day);
        const stop = Math.min(end, scheduled.toOffset);
        let stretch = stretchOf(table, offset - scheduled.fromOffset);
        for (; offset < stop; offset++) {
          const local = offset - scheduled.fromOffset;
          while (stretch + 1 < table.before.length && table.before[stretch + 1]! <= local + 0.5) stretch++;
          const timeMs = timeIn(table, stretch, local);
          if (timeMs > untilMs) return offset - fromOffset;
          into[offset - fromOffset] = timeMs;
        }
      }
      return count;
    },
    offsetsOf: (dayIndex) => dayOfIndex(dayIndex),
    daysBefore(timeMs) {
      while (days.length === 0 || days[days.length - 1]!.day.startMs < timeMs) if (!extend()) break;
      return days.filter(({ day }) => day.startMs < timeMs);
    },
    runOf(offset) {
      const { runFromOffset, runStartMs } = dayOfOffset(offset);
      return { fromOffset: runFromOffset, startMs: runStartMs };
    },
  };
}

function rateAt(schedule: RateSchedule, timeMs: number): number {
  let rate = 0;
  for (const step of schedule.steps) if (step.fromMs <= timeMs) rate = step.eventsPerSecond;
  return rate;
}

/** The last stretch that starts at or before event `local`'s expectation; stretches without events are passed. */
function stretchOf(table: DayTable, local: number): number {
  let low = 0;
  let high = table.before.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (table.before[middle]! <= local + 0.5) low = middle;
    else high = middle - 1;
  }
  return low;
}
