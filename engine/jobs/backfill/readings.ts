import type { FigureName } from '../../history/jobs-history.ts';
import { figureKey } from '../../plan/figure-meanings.ts';
import type { Plan } from '../../plan/plan.ts';
import { subPlan } from '../../plan/sub-plan.ts';
import type { LackingUnit } from './unit-requests.ts';

/** Units of which the same figures are to be read. */
export interface Reading {
  readonly figures: readonly FigureName[];
  /** Of those figures alone. */
  readonly plan: Plan;
  readonly units: readonly LackingUnit[];
}

/** Units that lack the same figures are read together, by a plan of those figures. */
export function readingsOf(plan: Plan, lacking: readonly LackingUnit[]): Reading[] {
  const bySet = new Map<string, { figures: readonly FigureName[]; units: LackingUnit[] }>();
  for (const unit of lacking) {
    const key = unit.figures.map(({ rollup, metric }) => figureKey(rollup, metric)).join(' ');
    const same = bySet.get(key);
    if (same) same.units.push(unit);
    else bySet.set(key, { figures: unit.figures, units: [unit] });
  }
  return [...bySet.values()].map(({ figures, units }) => ({ figures, plan: subPlan(plan, figures), units }));
}
