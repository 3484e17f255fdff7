import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import type { PlanLimits } from '../plan/plan.ts';
import type { DatasetFile } from './dataset.ts';

export interface DaysOfPartsOptions {
  readonly files: readonly Pick<DatasetFile, 'parts'>[];
  readonly calendar: BusinessCalendar;
  readonly limits: Pick<PlanLimits, 'minEventTimeMs' | 'maxEventTimeMs'>;
}

/** First and last business day that events can belong to, by the times that are known; null where none is. */
export function daysOfParts({
  files,
  calendar,
  limits,
}: DaysOfPartsOptions): { readonly from: string; readonly to: string } | null {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { parts } of files) {
    for (const { minTimeMs, maxTimeMs } of parts) {
      if (minTimeMs === null || maxTimeMs === null) continue;
      const from = Math.max(minTimeMs, limits.minEventTimeMs);
      const to = Math.min(maxTimeMs, limits.maxEventTimeMs - 1);
      if (from > to) continue;
      first = Math.min(first, from);
      last = Math.max(last, to);
    }
  }
  if (first > last) return null;
  return { from: calendar.dayOf(first).label, to: calendar.dayOf(last).label };
}
