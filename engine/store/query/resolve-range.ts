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
  const span = (from: number, to: number): ResolvedRange => {
    const days = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => calendar.dayOfIndex(from + i));
    return { days: days.filter(wasThere), note: null };
  };
  switch (range.kind) {
    case 'today':
      return { days: [today], note: null };
    case 'last_days':
      return lastDays(calendar, today, range.count);
    case 'days':
      return span(calendar.dayOfLabel(range.from).index, calendar.dayOfLabel(range.to).index);
    case 'comparison':
      return comparisonDay(calendar, today);
  }
}

/** False for a date that the zone left out, as Samoa did 2011-12-30. */
function wasThere({ startMs, endMs }: BusinessDay): boolean {
  return endMs > startMs;
}

function lastDays(calendar: BusinessCalendar, today: BusinessDay, count: number): ResolvedRange {
  const days: BusinessDay[] = [];
  for (let { index } = today; days.length < count; index--) {
    const day = calendar.dayOfIndex(index);
    if (wasThere(day)) days.push(day);
  }
  return { days: days.reverse(), note: null };
}

/** The same month and day one year before; for 29 February the day before, which `note` says. */
function comparisonDay(calendar: BusinessCalendar, today: BusinessDay): ResolvedRange {
  const year = String(Number(today.label.slice(0, -6)) - 1).padStart(4, '0');
  const monthDay = today.label.slice(-6);
  if (monthDay !== '-02-29') {
    const day = calendar.dayOfLabel(`${year}${monthDay}`);
    if (wasThere(day)) return { days: [day], note: null };
    const note = `${today.label} is compared with no day, as ${calendar.timeZone} left ${day.label} out.`;
    return { days: [], note };
  }
  return {
    days: [calendar.dayOfLabel(`${year}-02-28`)],
    note: `${today.label} is compared with ${year}-02-28, as that year had no 29 February.`,
  };
}
