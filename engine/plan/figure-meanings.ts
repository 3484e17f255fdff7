import type { DimensionDefinition } from '../definitions/dimension.ts';
import { fingerprint } from './fingerprint.ts';
import type { Plan, PlanLimits, PlanReject, PlanRollup } from './plan.ts';

/** Where a figure's meaning stands: a base metric in a rollup. */
export const figureKey = (rollup: string, metric: string): string => `${rollup}/${metric}`;

/**
 * What each figure of the plan means: a SHA-256 (hex) by {@link figureKey}. Figures of equal meaning over equal events
 * are equal, whatever else their plans hold. All that makes a figure counts: which events do (time zone, currency,
 * rules, the limits that rules name, deduplication with the columns that it goes by), which of them the metric takes
 * and what it adds up or counts, and how the rollup divides and keeps it. Titles, names of dimensions, order of
 * definitions, other metrics, and limits that only say how long to wait for events count nothing.
 *
 * Figures by a sub-plan mean what they mean in the plan that it was made of: ask that one.
 */
export function figureMeanings(plan: Plan): ReadonlyMap<string, string> {
  const events = fingerprint(eventsOf(plan));
  const meanings = new Map<string, string>();
  for (const rollup of plan.rollups) {
    const by = divisionOf(rollup, plan.dimensions);
    const { slice, identity, cumulative } = rollup;
    for (const index of rollup.additive) {
      const { metric, column, predicate } = at(plan.additive, index);
      const sum = { column, where: at(plan.predicates, predicate) };
      meanings.set(figureKey(rollup.name, metric), fingerprint({ events, by, slice, sum }));
    }
    for (const index of rollup.distinct) {
      const { metric, column, predicate } = at(plan.distinct, index);
      const distinct = { column, where: at(plan.predicates, predicate), identity, cumulative };
      meanings.set(figureKey(rollup.name, metric), fingerprint({ events, by, slice, distinct }));
    }
  }
  return meanings;
}

/** Which events count, and as which day's. Columns are named with their kinds in the order in which payloads are hashed. */
function eventsOf({ version, timeZone, currency, schema, limits, rejects, deduplicate }: Plan): unknown {
  const named = new Set<keyof PlanLimits>(rejects.flatMap(limitsOf));
  return {
    version,
    timeZone,
    currency,
    columns: schema.map(({ name, kind, nullable }) => [name, kind, nullable]),
    limits: Object.entries(limits)
      .filter(([name]) => named.has(name as keyof PlanLimits))
      .sort(byName),
    // An event is rejected by any of them: their order only says which one is counted.
    rejects: rejects.map(fingerprint).sort(),
    deduplicate,
  };
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

function limitsOf(rule: PlanReject): (keyof PlanLimits)[] {
  if (rule.when === 'outside') return [rule.from, rule.before];
  return 'limit' in rule ? [rule.limit] : [];
}

/** How a rollup divides events into keys; null: not at all. */
export function divisionOf(
  { name, by }: Pick<PlanRollup, 'name' | 'by'>,
  dimensions: readonly DimensionDefinition[],
): unknown {
  if (by === null) return null;
  const dimension = dimensions.find((each) => each.name === by);
  if (!dimension) throw new Error(`rollup ${name} is by ${by}, which is no dimension of the plan`);
  return 'column' in dimension ? { column: dimension.column } : { derived: dimension.derived };
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`the plan has no entry ${index} among its ${list.length}`);
  return found;
}
