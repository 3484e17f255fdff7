import type { BusinessCalendar, BusinessDay } from '../../calendar/business-calendar.ts';

/** The business hours that the watermark has passed: of which day the last one is, and when it ended. */
export interface ClosedHours {
  readonly day: BusinessDay;
  readonly throughMs: number;
}

export function closedHours(calendar: BusinessCalendar, watermarkMs: number): ClosedHours {
  const today = calendar.dayOf(watermarkMs);
  const throughMs = today.hourStartsMs.findLast((startMs) => startMs <= watermarkMs) ?? today.startMs;
  const day = throughMs > today.startMs ? today : calendar.dayOf(today.startMs - 1);
  return { day, throughMs };
}
