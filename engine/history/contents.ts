import type { Counts } from '../events/counts.ts';
import { divisionOf, figureKey } from '../plan/figure-meanings.ts';
import { canonicalJson } from '../plan/fingerprint.ts';
import type { Plan } from '../plan/plan.ts';
import type { StagedRollup } from './staged/staged-day.ts';

/** One figure that a generation holds: what it means, and which of the generation's sources it is of. */
export interface FigureContents {
  readonly metric: string;
  /** By `figureMeanings`; null: made before meanings were kept. */
  readonly meaning: string | null;
  /** Index into the sources of the generation. */
  readonly source: number;
}

export interface DistinctContents extends FigureContents {
  readonly curve: boolean;
  readonly identity: boolean;
}

/** What a generation holds of one rollup; NULLs of the tables are told from zeros by it. */
export interface RollupContents {
  readonly rollup: string;
  /** What a row is: slice and dimension, see {@link basisOf}; null: made before that was kept. */
  readonly basis: string | null;
  readonly additive: readonly FigureContents[];
  readonly distinct: readonly DistinctContents[];
}

/** One reading of a day's rows, from which figures are. */
export interface Source {
  /** The generation that it was written with; figures of one name and `made` are the same figures. */
  readonly made: number;
  /** Null for what live sealed. */
  readonly dataset: string | null;
  readonly inputs: string | null;
  /** Late events of the day that it holds. */
  readonly lateEvents: number;
  readonly counts: Counts;
  /** Hour slots in which an event was applied; null where the figures did not say. */
  readonly hours: readonly number[] | null;
}

/** Slice and dimension of a rollup: figures of another basis are other rows, whatever they mean. */
export function basisOf(plan: Plan, rollup: string): string | null {
  const found = plan.rollups.find(({ name }) => name === rollup);
  return found ? canonicalJson([found.slice, divisionOf(found, plan.dimensions)]) : null;
}

/** Figures leave out rollups that have nothing to say; under the plan that made them those are zeros, and known. */
export function contentsOf(
  rollups: readonly StagedRollup[],
  plan: Plan,
  meanings: ReadonlyMap<string, string>,
): RollupContents[] {
  const known = (rollup: string, metric: string): FigureContents => ({
    metric,
    meaning: meanings.get(figureKey(rollup, metric)) ?? null,
    source: 0,
  });
  const spoken = rollups.map(
    ({ rollup, additive, distinct }): RollupContents => ({
      rollup,
      basis: basisOf(plan, rollup),
      additive: additive.map((metric) => known(rollup, metric)),
      distinct: distinct.map(({ metric, curve, identity }) => ({
        ...known(rollup, metric),
        curve,
        identity,
      })),
    }),
  );
  const silent = plan.rollups.filter(({ name }) => spoken.every(({ rollup }) => rollup !== name));
  const zeros = silent.map(
    ({ name, additive, distinct, identity }): RollupContents => ({
      rollup: name,
      basis: basisOf(plan, name),
      additive: additive.map((index) => known(name, plan.additive[index]!.metric)),
      distinct: distinct.map((index) => ({
        ...known(name, plan.distinct[index]!.metric),
        curve: false,
        identity,
      })),
    }),
  );
  return [...spoken, ...zeros];
}

/** A figure of a generation by name. */
export function figureIn(
  rollups: readonly RollupContents[],
  rollup: string,
  metric: string,
): FigureContents | DistinctContents | undefined {
  const found = rollups.find((contents) => contents.rollup === rollup);
  const named = (figure: FigureContents): boolean => figure.metric === metric;
  return found?.additive.find(named) ?? found?.distinct.find(named);
}
