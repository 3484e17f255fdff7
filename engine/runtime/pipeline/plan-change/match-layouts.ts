import { canonicalJson } from '../../../plan/fingerprint.ts';
import type { Plan } from '../../../plan/plan.ts';
import {
  type Grouping,
  layOutPlan,
  type PlanLayout,
  type RollupLayout,
  type SetLayout,
} from '../plan-layout.ts';

/** The place of the same thing in the other layout; null where that has none. */
export type Match = number | null;

/** Where each part of a layout stands in an earlier one. What things mean decides, not what they are called. */
export interface LayoutMatch {
  readonly from: PlanLayout;
  readonly to: PlanLayout;
  readonly axes: readonly Match[];
  readonly lanes: readonly Match[];
  /** Per rollup, the one of equal grouping and slice that keeps most of its sums, and its lane for each lane. */
  readonly rollups: readonly { readonly rollup: Match; readonly lanes: readonly Match[] }[];
  /** Per set, and for each of its axes the other's own number of it. */
  readonly sets: readonly { readonly set: Match; readonly axes: readonly Match[] }[];
}

export function matchLayouts(fromPlan: Plan, toPlan: Plan): LayoutMatch {
  const from = layOutPlan(fromPlan);
  const to = layOutPlan(toPlan);
  const meaningIn = (plan: Plan) => (item: { readonly column: string | null; readonly predicate: number }) =>
    canonicalJson([item.column, plan.predicates[item.predicate]]);
  const [meantBefore, meantNow] = [meaningIn(fromPlan), meaningIn(toPlan)];
  const find = <T>(list: readonly T[], fits: (item: T) => boolean): Match => {
    const found = list.findIndex(fits);
    return found < 0 ? null : found;
  };

  const axes = to.axes.map(({ column }) => find(from.axes, (axis) => axis.column === column));
  const lanes = to.lanes.map((lane) => find(from.lanes, (other) => meantBefore(other) === meantNow(lane)));

  const matchRollup = (rollup: RollupLayout) => {
    const grouping = groupingKey(to, rollup.grouping);
    const candidates = from.rollups.flatMap((other, index) => {
      if (other.slice !== rollup.slice || groupingKey(from, other.grouping) !== grouping) return [];
      const own = [...rollup.lanes].map((lane) => {
        const before = lanes[lane] ?? null;
        return before === null ? null : find([...other.lanes], (known) => known === before);
      });
      return [{ rollup: index, lanes: own, kept: own.filter((lane) => lane !== null).length }];
    });
    const best = candidates.reduce((a, b) => (b.kept > a.kept ? b : a), {
      rollup: null as Match,
      lanes: [...rollup.lanes].map((): Match => null),
      kept: 0,
    });
    return { rollup: best.rollup, lanes: best.lanes };
  };

  const matchSet = (set: SetLayout) => {
    const found = find(from.sets, (other) => meantBefore(other) === meantNow(set));
    const before = found === null ? [] : (from.sets[found]?.axes ?? []);
    const own = set.axes.map((axis) => find(before, (other) => other === (axes[axis] ?? null)));
    return { set: found, axes: own };
  };

  return { from, to, axes, lanes, rollups: to.rollups.map(matchRollup), sets: to.sets.map(matchSet) };
}

function groupingKey({ axes }: PlanLayout, grouping: Grouping): string {
  return grouping.kind === 'axis' ? `by ${axes[grouping.axis]?.column}` : grouping.kind;
}
