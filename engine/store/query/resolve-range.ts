import type { BusinessCalendar, BusinessDay } from '../../calendar/business-calendar.ts';
import type { ViewRange } from '../../protocol/view.ts';

/** The business days of a range; `note` says for people where they are not the obvious ones. */
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

/** The same month and day one year before; for 29 February the day before, which `note` says. */
function comparisonDay(calendar: BusinessCalendar, today: BusinessDay): ResolvedRange {
  const year = String(Number(today.label.slice(0, -6)) - 1).padStart(4, '0');
  const monthDay = today.label.slice(-6);
  if (monthDay !== '-02-29') return { days: [calendar.dayOfLabel(`${year}${monthDay}`)], note: null };
  return {
    days: [calendar.dayOfLabel(`${year}-02-28`)],
    note: `${today.label} is compared with ${year}-02-28, as that year had no 29 February.`,
  };
}
