import type { Plan } from '../../../plan/plan.ts';
import type { RollupLayout } from '../plan-layout.ts';
import type { LayoutMatch } from './match-layouts.ts';

/** What of a rollup begins with a change of the plan: days that were open then hold only what came after it. */
export interface Beginning {
  readonly rollup: string;
  readonly metrics: readonly string[];
}

/** What of a rollup is no more. */
export interface Ending {
  readonly rollup: string;
  readonly metrics: readonly string[];
}

export interface PlanChanges {
  readonly beginnings: readonly Beginning[];
  readonly endings: readonly Ending[];
}

/** Names what begins and what ends. Texts don't count, and neither does a name where figures mean the same. */
export function namePlanChanges(match: LayoutMatch): PlanChanges {
  const beginnings = match.to.rollups.flatMap((rollup, index) => {
    const metrics = [...beginningSums(match, rollup, index), ...beginningSets(match, rollup)];
    return metrics.length > 0 ? [{ rollup: rollup.name, metrics }] : [];
  });
  const endings = match.from.rollups.flatMap((rollup) => {
    const now = match.to.rollups.find(({ name }) => name === rollup.name);
    const kept = new Set(now ? metricsOf(now) : []);
    const metrics = metricsOf(rollup).filter((metric) => !kept.has(metric));
    return metrics.length > 0 ? [{ rollup: rollup.name, metrics }] : [];
  });
  return { beginnings, endings };
}

function beginningSums({ rollups }: LayoutMatch, { additive }: RollupLayout, index: number): string[] {
  const lanes = rollups[index]?.lanes ?? [];
  return additive.flatMap(({ metric, lane }) => ((lanes[lane] ?? null) === null ? [metric] : []));
}

function beginningSets(
  { from, sets }: LayoutMatch,
  { distinct, grouping, cumulative }: RollupLayout,
): string[] {
  return distinct.flatMap(({ metric, set, setAxis }) => {
    const { set: index, axes } = sets[set] ?? { set: null, axes: [] };
    const before = index === null ? undefined : from.sets[index];
    if (!before) return [metric];
    if (grouping.kind === 'axis' && (axes[setAxis] ?? null) === null) return [metric];
    return cumulative && !before.cumulative ? [`${metric} (the curve of the day)`] : [];
  });
}

const metricsOf = ({ additive, distinct }: RollupLayout): string[] =>
  [...additive, ...distinct].map(({ metric }) => metric);

/** Limits that count from now on. */
export function nameLimitChanges(from: Plan, to: Plan): string[] {
  return Object.entries(to.limits).flatMap(([name, value]) => {
    const before = from.limits[name as keyof Plan['limits']];
    return before === value ? [] : [`limits.${name} is ${value} from now on, and was ${before}`];
  });
}
