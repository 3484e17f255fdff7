import {
  type BusinessCalendar,
  type BusinessDay,
  hourSlot,
  minuteSlot,
} from '../calendar/business-calendar.ts';
import { columnOf, type EventBatch } from '../events/event-batch.ts';
import type { PlanLimits } from '../plan/plan.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;

/** The day of a row without a usable event time. */
export const UNDATED = -1;

export interface AssignedDays {
  /** Position in `days`, or {@link UNDATED}. */
  readonly day: Int32Array;
  /** Minute slot and hour slot within the day. */
  readonly minute: Uint16Array;
  readonly hour: Uint16Array;
}

export interface AssignDay {
  /** Days met so far, by order of appearance. */
  readonly days: readonly BusinessDay[];
  /** The position of a day in `days`. */
  positionOf(day: BusinessDay): number;
  process(batch: EventBatch, out: AssignedDays): void;
}

export interface AssignDayOptions {
  readonly calendar: BusinessCalendar;
  readonly limits: PlanLimits;
}

/** Hours of a day as bits of a mask: more than any zone's day has. */
const MOST_HOURS = 32;

/**
 * Gives each row its business day and slots. A time that is null, out of range or beyond the future bound belongs
 * to no day.
 */
export function createAssignDay({ calendar, limits }: AssignDayOptions): AssignDay {
  const { minEventTimeMs, maxEventTimeMs, futureBoundMs } = limits;
  const firstIndex = calendar.dayOf(minEventTimeMs).index - 1;
  // Direct lookup by UTC day: the business day of an instant is the one of that index or a neighbour.
  const positions = new Int32Array(calendar.dayOf(maxEventTimeMs).index - firstIndex + 2).fill(UNDATED);
  const days: BusinessDay[] = [];

  const positionOf = (day: BusinessDay): number => {
    const known = positions[day.index - firstIndex]!;
    if (known !== UNDATED) return known;
    if (day.hourStartsMs.length > MOST_HOURS) throw new Error(`day ${day.label} has too many hours`);
    positions[day.index - firstIndex] = days.length;
    return days.push(day) - 1;
  };

  const find = (time: number): number => {
    const near = positions[Math.floor(time / DAY_MS) - firstIndex]!;
    const day = near === UNDATED ? undefined : days[near];
    if (day && time >= day.startMs && time < day.endMs) return near;
    return positionOf(calendar.dayOf(time));
  };

  return {
    days,
    positionOf,
    process(batch, out) {
      const times = columnOf(batch.numbers, 'event_time');
      const recordTimes = batch.recordTimeMs;
      let position = UNDATED;
      let day: BusinessDay | undefined;
      let start = Number.POSITIVE_INFINITY;
      let end = Number.NEGATIVE_INFINITY;
      let regular = false;
      for (let row = 0; row < batch.length; row++) {
        const time = times[row]!;
        const usable = time >= minEventTimeMs && time < maxEventTimeMs;
        if (!usable || (recordTimes !== null && time > recordTimes[row]! + futureBoundMs)) {
          out.day[row] = UNDATED;
          continue;
        }
        if (day === undefined || time < start || time >= end) {
          position = find(time);
          day = days[position];
          if (day === undefined) throw new Error(`no business day holds ${time}`);
          start = day.startMs;
          end = day.endMs;
          regular = isRegular(day);
        }
        out.day[row] = position;
        if (regular) {
          const inDay = (time - start) | 0;
          out.minute[row] = (inDay / MINUTE_MS) | 0;
          out.hour[row] = (inDay / HOUR_MS) | 0;
        } else {
          out.minute[row] = minuteSlot(day, time);
          out.hour[row] = hourSlot(day, time);
        }
      }
    },
  };
}

/** Whether slots follow from the time since the day's start by division alone. */
function isRegular(day: BusinessDay): boolean {
  return (
    day.startMs % MINUTE_MS === 0 &&
    day.hourStartsMs.every((start, hour) => start === day.startMs + hour * HOUR_MS)
  );
}
