import type { BusinessCalendar, BusinessDay } from '../calendar/business-calendar.ts';
import type { ViewRange } from '../protocol/view.ts';

/** The business days of a range; none for a comparison without its day, whose `note` says why. */
export interface ResolvedRange {
  readonly days: readonly BusinessDay[];
  readonly note: string | null;
}

/** Resolves a range in the business time zone; `today` is the business day that live is in. */
export function resolveRange(options: {
  range: ViewRange;
  calendar: BusinessCalendar;
  today: BusinessDay;
}): ResolvedRange {
  const { range, calendar, today } = options;
  const span = (from: number, to: number): ResolvedRange => ({
    days: Array.from({ length: to - from + 1 }, (_, i) => calendar.dayOfIndex(from + i)),
    note: null,
  });
  switch (range.kind) {
    case 'today':
      return { days: [today], note: null };
    case 'last_days':
      return span(today.index - range.count + 1, today.index);
    case 'days':
      return span(calendar.dayOfLabel(range.from).index, calendar.dayOfLabel(range.to).index);
    case 'comparison':
      return comparisonDay(calendar, today);
  }
}

function comparisonDay(calendar: BusinessCalendar, today: BusinessDay): ResolvedRange {
  const year = Number(today.label.slice(0, -6)) - 1;
  const monthDay = today.label.slice(-6);
  const label = `${String(year).padStart(4, '0')}${monthDay}`;
  if (monthDay === '-02-29') {
    return { days: [], note: `There is no ${label} to compare ${today.label} with.` };
  }
  return { days: [calendar.dayOfLabel(label)], note: null };
}
