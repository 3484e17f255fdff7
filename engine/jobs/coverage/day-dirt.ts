import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { DatasetLook } from '../../datasets/dataset.ts';
import type { DayFacts } from '../../history/jobs-history.ts';
import type { PlanLimits } from '../../plan/plan.ts';
import type { Dirt } from '../../protocol/coverage.ts';
import { inputsOfDays } from '../backfill/day-inputs.ts';

/**
 * Why each published day may be wrong; days that nothing is known against are not there.
 *
 * - late: more late events are known than its figures hold.
 * - conflicts: live published it, and kept the first of two contradicting events.
 * - changed_file: its dataset has other files for it now, or reads them otherwise. Where none is left nothing can be
 *   said: old files go to make room, and there is nothing to make the day anew from.
 */
export function dirtOfDays(options: {
  published: readonly DayFacts[];
  /** Of all datasets; days of one that is not among them are taken as unchanged. */
  looks: readonly DatasetLook[];
  calendar: BusinessCalendar;
  limits: PlanLimits;
  /** Late events by day, as they are known now. */
  lateByDay: Readonly<Record<string, number>>;
}): ReadonlyMap<string, readonly Dirt[]> {
  const { published, lateByDay } = options;
  const changed = changedDays(options);
  const dirty = new Map<string, readonly Dirt[]>();
  for (const { day, by, counts, lateEvents } of published) {
    const dirt: Dirt[] = [];
    const late = (lateByDay[day] ?? 0) - lateEvents;
    if (late > 0) dirt.push({ why: 'late', events: late });
    if (by === 'live' && counts.conflicts > 0) dirt.push({ why: 'conflicts', events: counts.conflicts });
    if (changed.has(day)) dirt.push({ why: 'changed_file' });
    if (dirt.length > 0) dirty.set(day, dirt);
  }
  return dirty;
}

function changedDays(options: {
  published: readonly DayFacts[];
  looks: readonly DatasetLook[];
  calendar: BusinessCalendar;
  limits: PlanLimits;
}): ReadonlySet<string> {
  const { published, looks, calendar, limits } = options;
  const changed = new Set<string>();
  for (const look of looks) {
    const made = published.filter(({ dataset, inputs }) => dataset === look.summary.name && inputs !== null);
    if (made.length === 0) continue;
    const now = inputsOfDays({ look, calendar, limits, days: made.map(({ day }) => day) });
    for (const { day, inputs } of made) {
      const current = now.get(day);
      if (current && current.inputs !== inputs) changed.add(day);
    }
  }
  return changed;
}
