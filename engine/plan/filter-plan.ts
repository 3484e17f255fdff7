import { fingerprint } from './fingerprint.ts';
import type { Plan, PlanPredicate } from './plan.ts';
import { planError } from './plan-error.ts';

/** Dimension → the one key of it that is kept; null is the null key. */
export type PlanFilter = Readonly<Record<string, string | null>>;

/**
 * The same metrics and rollups of the events alone that have these keys: what no rollup keeps as a combination. Which
 * events count, and which are duplicates, is decided as in the whole plan. Who was counted is not kept.
 *
 * @throws GmvError `plan` for a dimension that no column gives.
 */
export function filterPlan(plan: Plan, filter: PlanFilter): Plan {
  const clauses = Object.entries(filter).map(([name, key]) => {
    const dimension = plan.dimensions.find((each) => each.name === name);
    if (dimension && 'column' in dimension) return { column: dimension.column, in: [key] };
    throw planError(
      `a filter of several dimensions names ${name}, which ${dimension ? 'is computed from the time' : 'is none'}`,
      'Filter by dimensions that have a column.',
    );
  });
  const { fingerprint: _, ...rest } = plan;
  const filtered: Omit<Plan, 'fingerprint'> = {
    ...rest,
    predicates: plan.predicates.map(({ where }) => ({ where: clauses.reduce(withClause, where) })),
    rollups: plan.rollups.map((rollup) => ({ ...rollup, identity: false })),
  };
  return { ...filtered, fingerprint: fingerprint(filtered) };
}

type Where = PlanPredicate['where'];

/** Both must hold: of a column that is named already the values that both allow. */
function withClause(where: Where, clause: Where[number]): Where {
  const named = where.find(({ column }) => column === clause.column);
  if (!named) return [...where, clause];
  const both = { ...named, in: named.in.filter((value) => clause.in.includes(value)) };
  return where.map((each) => (each === named ? both : each));
}
