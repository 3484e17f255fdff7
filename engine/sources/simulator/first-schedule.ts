import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { RateSchedule } from './rate-schedule.ts';
import { createTimetable } from './timetable.ts';

export interface NewScheduleOptions {
  readonly seed: number;
  readonly currency: string;
  readonly calendar: BusinessCalendar;
  /** The first start; epoch ms. */
  readonly nowMs: number;
  /** At the day's peak. */
  readonly eventsPerSecond: number;
  /** Most events before `nowMs`: a higher rate is lowered for the time before. */
  readonly sampleEvents: number;
}

const SALE_DAY_BEFORE = 0.85;
const ORDINARY_DAY = 0.05;
const ORDINARY_DAYS = 7;

/**
 * The schedule of a first start: last year's sale day, a closed year, seven ordinary days, then a sale without
 * end. Only the time before the start is thinned out to fit `sampleEvents`.
 */
export function createRateSchedule(options: NewScheduleOptions): RateSchedule {
  const { seed, currency, calendar, nowMs, eventsPerSecond, sampleEvents } = options;
  const today = calendar.dayOf(nowMs);
  const before = yearBefore(today.label);
  const segments: RateSchedule['segments'] = [
    { fromDay: before, toDay: before, level: SALE_DAY_BEFORE, shape: 'last_sale' },
    {
      fromDay: calendar.dayOfIndex(today.index - ORDINARY_DAYS).label,
      toDay: calendar.dayOfIndex(today.index - 1).label,
      level: ORDINARY_DAY,
      shape: 'ordinary',
    },
    { fromDay: today.label, toDay: null, level: 1, shape: 'sale' },
  ];
  const fromMs = calendar.dayOfLabel(before).startMs;
  const at = (rate: number): RateSchedule => ({
    version: 1,
    seed,
    timeZone: calendar.timeZone,
    currency,
    sampleEvents,
    segments,
    steps: [
      { fromMs, eventsPerSecond: rate },
      { fromMs: nowMs, eventsPerSecond },
    ],
  });
  const wanted = createTimetable({ schedule: at(eventsPerSecond), calendar }).offsetAt(nowMs);
  if (wanted <= sampleEvents) return at(eventsPerSecond);
  // Each day may round up by one event.
  const room = Math.max(0, sampleEvents - ORDINARY_DAYS - 2);
  return at((eventsPerSecond * room) / wanted);
}

/** The same date one year before; 29 February becomes the 28th. */
function yearBefore(label: string): string {
  const [year = '', month = '', day = ''] = label.split('-');
  const clipped = month === '02' && day === '29' ? '28' : day;
  return `${String(Number(year) - 1).padStart(4, '0')}-${month}-${clipped}`;
}
