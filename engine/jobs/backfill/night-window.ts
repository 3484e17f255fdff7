import type { BusinessCalendar, BusinessDay } from '../../calendar/business-calendar.ts';

/** A stretch of time; epoch ms, its end not included. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Times of day of the business zone; where `to` is not after `from`, it is of the next day. */
export interface NightSettings {
  /** `01:30` */
  readonly from: string;
  readonly to: string;
}

/**
 * The window that holds the instant, or else the next one. A time that clocks jump over is the first instant after the
 * jump; of a time that comes twice the first is taken. A window that a jump leaves nothing of is skipped.
 */
export function nightWindow(settings: NightSettings, calendar: BusinessCalendar, nowMs: number): Stretch {
  const crosses = settings.to <= settings.from;
  const today = calendar.dayOf(nowMs).index;
  for (let index = today - 1; ; index++) {
    const fromMs = instantOf(calendar.dayOfIndex(index), settings.from);
    const toMs = instantOf(calendar.dayOfIndex(crosses ? index + 1 : index), settings.to);
    if (fromMs < toMs && toMs > nowMs) return { fromMs, toMs };
  }
}

/** When work of so many seconds that goes on in windows alone would be done; epoch ms. */
export function endInWindows(
  settings: NightSettings,
  calendar: BusinessCalendar,
  nowMs: number,
  seconds: number,
): number {
  let left = seconds * 1000;
  let at = nowMs;
  for (;;) {
    const { fromMs, toMs } = nightWindow(settings, calendar, at);
    const start = Math.max(at, fromMs);
    if (start + left <= toMs) return start + left;
    left -= toMs - start;
    at = toMs;
  }
}

function instantOf(day: BusinessDay, time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const atHour = day.hourOfDay.indexOf(hour);
  const start = day.hourStartsMs[atHour];
  if (start !== undefined) {
    const end = day.hourStartsMs[atHour + 1] ?? day.endMs;
    return Math.min(start + minute * 60_000, end);
  }
  const later = day.hourOfDay.findIndex((each) => each > hour);
  return day.hourStartsMs[later] ?? day.endMs;
}
