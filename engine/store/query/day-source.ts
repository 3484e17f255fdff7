import type { BusinessDay } from '../../calendar/business-calendar.ts';
import type { History } from '../../history/history.ts';
import type { LiveDay, LiveDays } from '../live/live-days.ts';

/** Where a day's figures come from: the live run, or a generation of history. */
export type DaySource =
  | { readonly day: BusinessDay; readonly live: LiveDay; readonly generation: null }
  | { readonly day: BusinessDay; readonly live: null; readonly generation: number };

/**
 * A day belongs to live until it is sealed, then to history. A day before today that both know belongs to
 * whom has seen more of its events.
 */
export function daySource(options: {
  day: BusinessDay;
  today: BusinessDay;
  live: LiveDays;
  history: History;
}): DaySource | null {
  const { day, today } = options;
  const live = options.live.get(day.label);
  const published = options.history.publishedDay(day.label);
  const ownedByLive =
    live && (!published || day.index >= today.index || live.counts.applied > published.counts.applied);
  if (ownedByLive) return { day, live, generation: null };
  return published ? { day, live: null, generation: published.generation } : null;
}

/** Of a combination of filters there is what its run knows, and no history. */
export function filteredSource(day: BusinessDay, live: LiveDays): DaySource | null {
  const known = live.get(day.label);
  return known ? { day, live: known, generation: null } : null;
}
