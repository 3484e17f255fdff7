import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { PlanLimits } from '../../plan/plan.ts';

/** Business-day indexes, both inclusive. */
export interface DayRange {
  readonly from: number;
  readonly to: number;
}

/** One row group of the replayed files, and what its statistics allow it to hold. */
export interface ReplayGroup {
  /** Index into the replay's files. */
  readonly file: number;
  /** Index of the row group in its file. */
  readonly group: number;
  readonly rows: number;
  /** Days that its events can belong to; null when all are outside the plan's bounds, so belong to none. */
  readonly days: DayRange | null;
}

/** What one pipeline replays: all events of its days. Plain data, for it travels to threads. */
export interface ReplayUnit {
  readonly days: DayRange;
  /** In the order to read: by first day, so that days are complete early. */
  readonly groups: readonly UnitGroup[];
}

export interface UnitGroup extends ReplayGroup {
  /** Whether this unit counts the group's rows that belong to no day. */
  readonly ownsUndated: boolean;
}

export interface GroupStatistics {
  readonly minTimeMs: number | null;
  readonly maxTimeMs: number | null;
}

/** The days that a row group's statistics allow; every day within the plan's bounds where it has none. */
export function daysOfGroup(
  { minTimeMs, maxTimeMs }: GroupStatistics,
  { minEventTimeMs, maxEventTimeMs }: PlanLimits,
  calendar: BusinessCalendar,
): DayRange | null {
  const low = Math.max(minTimeMs ?? minEventTimeMs, minEventTimeMs);
  const high = Math.min(maxTimeMs ?? maxEventTimeMs, maxEventTimeMs - 1);
  return low > high ? null : { from: calendar.dayOf(low).index, to: calendar.dayOf(high).index };
}

export interface PlanUnitsOptions {
  readonly groups: readonly ReplayGroup[];
  /** Most units to make; fewer where there are fewer days. */
  readonly units: number;
  /** Days to replay; null: all that the plan's bounds allow. */
  readonly days: DayRange | null;
  /** All days within the plan's bounds. */
  readonly bounds: DayRange;
}

/**
 * Divides the days into contiguous ranges of about equal rows, as far as statistics tell, and gives each the row
 * groups that can hold its events. Rows that belong to no day are counted once, by the first unit that reads
 * them; a replay of chosen days leaves them out, as they are of none.
 */
export function planUnits(options: PlanUnitsOptions): ReplayUnit[] {
  const { days, bounds } = options;
  const wanted = days ?? bounds;
  const groups = [...options.groups].sort(byFirstDay);
  const ranges = divideDays(groups, wanted, Math.max(1, options.units));
  const owned = new Set<ReplayGroup>();
  return ranges.map((range, i) => ({
    days: range,
    groups: groups
      .filter((group) => (group.days ? overlaps(group.days, range) : days === null && i === 0))
      .map((group) => {
        const ownsUndated = days === null && !owned.has(group);
        owned.add(group);
        return { ...group, ownsUndated };
      }),
  }));
}

export const overlaps = (a: DayRange, b: DayRange): boolean => a.from <= b.to && b.from <= a.to;

/** The order in which groups are read: so that days are complete early. */
export function byFirstDay(a: ReplayGroup, b: ReplayGroup): number {
  const first = (group: ReplayGroup): number => group.days?.from ?? Number.NEGATIVE_INFINITY;
  return first(a) === first(b) ? a.file - b.file || a.group - b.group : first(a) - first(b);
}

/** Cuts `wanted` where the rows, spread evenly over each group's days, reach equal shares. */
function divideDays(groups: readonly ReplayGroup[], wanted: DayRange, units: number): DayRange[] {
  const spans = groups.flatMap(({ days, rows }) => (days && overlaps(days, wanted) ? [{ days, rows }] : []));
  if (units === 1 || spans.length === 0) return [wanted];
  const first = Math.max(wanted.from, Math.min(...spans.map(({ days }) => days.from)));
  const last = Math.min(wanted.to, Math.max(...spans.map(({ days }) => days.to)));
  const rowsOfDay = new Float64Array(last - first + 1);
  for (const { days, rows } of spans) {
    const perDay = rows / (days.to - days.from + 1);
    for (let day = Math.max(first, days.from); day <= Math.min(last, days.to); day++) {
      rowsOfDay[day - first] = (rowsOfDay[day - first] ?? 0) + perDay;
    }
  }
  const share = rowsOfDay.reduce((sum, rows) => sum + rows, 0) / units;
  const ranges: DayRange[] = [];
  let from = wanted.from;
  let gathered = 0;
  for (const [offset, rows] of rowsOfDay.entries()) {
    gathered += rows;
    const cutAfter = gathered >= share * (ranges.length + 1) * (1 - Number.EPSILON);
    if (!cutAfter || ranges.length === units - 1 || first + offset >= last) continue;
    ranges.push({ from, to: first + offset });
    from = first + offset + 1;
  }
  return [...ranges, { from, to: wanted.to }];
}
