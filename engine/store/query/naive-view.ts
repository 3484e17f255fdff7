import { type BusinessCalendar, hourSlot } from '../../calendar/business-calendar.ts';
import { finishMetric } from '../../definitions/finish.ts';
import type { Key } from '../../figures/day-figures.ts';
import type { Fact } from '../../history/figures-of-facts.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Row, RowKey, ViewSpec } from '../../protocol/view.ts';

/**
 * For tests only: a view's rows by plain loops over facts. `days` are the labels that the range covers,
 * `known` those with figures, `live` the ones among them without identity, `dataToMs` where a live day ends.
 */
export function naiveRows(options: {
  plan: Plan;
  calendar: BusinessCalendar;
  spec: ViewSpec;
  facts: readonly Fact[];
  days: readonly string[];
  known: ReadonlySet<string>;
  live: ReadonlySet<string>;
  dataToMs: number;
}): Row[] {
  const { plan, calendar, spec, known, live, dataToMs } = options;
  const days = options.days.filter((day) => known.has(day));
  const dayOf = (fact: Fact): string => calendar.dayOf(fact.timeMs).label;
  const keyOf = (fact: Fact, dimension: string): Key => {
    const found = plan.dimensions.find(({ name }) => name === dimension)!;
    if ('column' in found) return (fact.columns[found.column] ?? null) as Key;
    const day = calendar.dayOf(fact.timeMs);
    return String(day.hourOfDay[hourSlot(day, fact.timeMs)]);
  };
  const filters = Object.entries(spec.filter ?? {});
  const inRange = options.facts.filter((fact) => days.includes(dayOf(fact)));
  const facts = inRange.filter((fact) => filters.every(([name, value]) => keyOf(fact, name) === value));

  const bucketOf = (timeMs: number): RowKey => {
    const day = calendar.dayOf(timeMs);
    if (spec.grain === 'minute') return timeMs - (timeMs % 60_000);
    if (spec.grain === 'hour') return Math.max(...day.hourStartsMs.filter((start) => start <= timeMs));
    if (spec.grain === 'day') return day.startMs;
    if (spec.grain === 'month') return calendar.dayOfLabel(`${day.month}-01`).startMs;
    return null;
  };
  const groupOf = (fact: Fact): RowKey =>
    spec.dimension ? keyOf(fact, spec.dimension) : bucketOf(fact.timeMs);

  const groups = new Map<RowKey, Fact[]>();
  const daysIn = new Map<RowKey, Set<string>>();
  if (!spec.dimension) {
    for (const label of days) {
      const day = calendar.dayOfLabel(label);
      for (let at = day.startMs; at < day.endMs; at += 60_000) {
        if (live.has(label) && at > dataToMs && (spec.grain === 'minute' || spec.grain === 'hour')) break;
        const bucket = bucketOf(at);
        groups.set(bucket, groups.get(bucket) ?? []);
        daysIn.set(bucket, (daysIn.get(bucket) ?? new Set<string>()).add(label));
      }
    }
  }
  for (const fact of facts) {
    const group = groups.get(groupOf(fact)) ?? [];
    group.push(fact);
    groups.set(groupOf(fact), group);
  }

  const passes = (metric: string, fact: Fact): boolean => {
    const definition = plan.metrics.find(({ name }) => name === metric)!;
    const where = 'where' in definition ? (definition.where ?? {}) : {};
    return Object.entries(where).every(([column, value]) =>
      [value].flat().includes(fact.columns[column] as never),
    );
  };
  /** Ids that the day counted in an earlier minute. */
  const seenBefore = (metric: string, id: unknown, column: string, fact: Fact): boolean =>
    facts.some(
      (other) =>
        passes(metric, other) &&
        other.columns[column] === id &&
        dayOf(other) === dayOf(fact) &&
        Math.floor(other.timeMs / 60_000) < Math.floor(fact.timeMs / 60_000),
    );
  const baseOf = (group: RowKey, metric: string): number | null => {
    const definition = plan.metrics.find(({ name }) => name === metric)!;
    const counted = (groups.get(group) ?? []).filter((fact) => passes(metric, fact));
    if (definition.aggregate === 'count') return counted.length;
    if (definition.aggregate === 'sum') {
      return counted.reduce((sum, fact) => sum + Number(fact.columns[definition.of ?? '']), 0);
    }
    if (definition.aggregate !== 'count_distinct') throw new Error(`${metric} is no base metric`);
    if (spec.grain === 'minute' && filters.length > 0) return null;
    const covered = spec.dimension ? days : [...(daysIn.get(group) ?? [])];
    if (covered.length > 1 && covered.some((day) => live.has(day))) return null;
    const column = definition.of;
    const ids = counted
      .filter((fact) => spec.grain !== 'minute' || !seenBefore(metric, fact.columns[column], column, fact))
      .map((fact) => fact.columns[column])
      .filter((id) => id !== null);
    return new Set(ids).size;
  };

  const rows = [...groups.keys()].map((group): Row => {
    const values = spec.metrics.map((name) =>
      finishMetric(plan.metrics.find((metric) => metric.name === name)!, (base) => baseOf(group, base)),
    );
    return [group, ...values];
  });
  if (!spec.dimension) return rows.sort((a, b) => Number(a[0]) - Number(b[0]));
  rows.sort((a, b) => {
    const left = a[1] ?? Number.NEGATIVE_INFINITY;
    const right = b[1] ?? Number.NEGATIVE_INFINITY;
    if (left !== right) return right > left ? 1 : -1;
    if (a[0] === null || b[0] === null) return a[0] === null ? 1 : -1;
    return String(a[0]) < String(b[0]) ? -1 : 1;
  });
  return rows.slice(0, spec.top);
}
