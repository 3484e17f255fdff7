import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { RateSchedule } from './rate-schedule.ts';

export interface FlatScheduleOptions {
  readonly seed: number;
  readonly currency: string;
  readonly calendar: BusinessCalendar;
  /** The schedule begins with this instant's business day; epoch ms. */
  readonly nowMs: number;
  readonly eventsPerSecond: number;
}

/** The same rate at every time of every day. */
export function createFlatSchedule(options: FlatScheduleOptions): RateSchedule {
  const { seed, currency, calendar, nowMs, eventsPerSecond } = options;
  const today = calendar.dayOf(nowMs);
  return {
    version: 1,
    seed,
    timeZone: calendar.timeZone,
    currency,
    sampleEvents: 0,
    segments: [{ fromDay: today.label, toDay: null, level: 1, shape: 'flat' }],
    steps: [{ fromMs: today.startMs, eventsPerSecond }],
  };
}
