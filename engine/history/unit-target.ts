import { figureKey } from '../plan/figure-meanings.ts';
import type { Plan } from '../plan/plan.ts';
import {
  basisOf,
  type DistinctContents,
  type FigureContents,
  figureIn,
  type RollupContents,
  type Source,
} from './contents.ts';
import type { Generation } from './generations.ts';
import type { FigureName, UnitRequest } from './jobs-history.ts';
import type { StagedDay } from './staged/staged-day.ts';

/** Where the rows of a figure are: in what was just read (`silent`: nothing counted), or in a generation. */
export type FigureOrigin =
  | { readonly kind: 'fresh' | 'silent' }
  | { readonly kind: 'kept'; readonly generation: Generation; readonly source: Source };

export interface TargetFigure {
  readonly metric: string;
  readonly kind: 'additive' | 'distinct';
  readonly meaning: string | null;
  readonly curve: boolean;
  readonly identity: boolean;
  readonly from: FigureOrigin;
  /** It was asked for; else it stays what is published. */
  readonly wanted: boolean;
}

export interface TargetRollup {
  readonly rollup: string;
  readonly basis: string | null;
  /** In the order of the plan; what the plan doesn't have comes last. */
  readonly figures: readonly TargetFigure[];
}

/** What a unit's generation is made of. */
export interface UnitTarget {
  readonly rollups: readonly TargetRollup[];
  /** Wanted figures that are nowhere: they have to be read. */
  readonly lacking: readonly FigureName[];
}

/** Tells of units what their generations are made of. Looks into what generations hold, never into their rows. */
export function createUnitTargets(options: { plan: Plan; meanings: ReadonlyMap<string, string> }): {
  /**
   * @param kept generations of the day, those to be preferred first
   * @param base the published one, null where there is none
   */
  targetOf(ask: {
    readonly unit: UnitRequest;
    readonly fresh: StagedDay | null;
    readonly kept: readonly Generation[];
    readonly base: Generation | null;
  }): UnitTarget;
} {
  const { plan, meanings } = options;
  const planned = plan.rollups.map(({ name, additive, distinct, identity }) => ({
    rollup: name,
    basis: basisOf(plan, name),
    identity,
    figures: [
      ...additive.map((index) => ({ metric: plan.additive[index]?.metric ?? '', kind: 'additive' as const })),
      ...distinct.map((index) => ({ metric: plan.distinct[index]?.metric ?? '', kind: 'distinct' as const })),
    ],
  }));

  return {
    targetOf({ unit, fresh, kept, base }) {
      const isWanted = (metric: string): boolean => unit.metrics === null || unit.metrics.includes(metric);
      const lacking: FigureName[] = [];
      const rollups = planned.map(({ rollup, basis, identity, figures }): TargetRollup => {
        const spoken = fresh?.rollups.find((each) => each.rollup === rollup);
        const given = base?.rollups.find((each) => each.rollup === rollup);
        const wanted = figures.flatMap(({ metric, kind }): TargetFigure[] => {
          if (!isWanted(metric)) return [];
          const meaning = meanings.get(figureKey(rollup, metric)) ?? null;
          const figure = { metric, kind, meaning, wanted: true };
          const counts = spoken?.distinct.find((each) => each.metric === metric);
          if (counts) return [{ ...figure, ...counts, from: { kind: 'fresh' } }];
          if (spoken?.additive.includes(metric)) {
            return [{ ...figure, curve: false, identity: false, from: { kind: 'fresh' } }];
          }
          const cached = findCached({ kept, rollup, metric, meaning, inputs: unit.inputs });
          if (cached) return [{ ...figure, ...cached }];
          const silent = { curve: false, identity: identity && kind === 'distinct' };
          if (fresh && !spoken) return [{ ...figure, ...silent, from: { kind: 'silent' } }];
          lacking.push({ rollup, metric });
          return [];
        });
        // Rows by another slice or dimension don't fit beside those that were asked for.
        const fits = wanted.length === 0 || given?.basis === null || given?.basis === basis;
        const others = given && base && fits ? carried(given, base, isWantedIn(figures, isWanted)) : [];
        const order = (metric: string): number => {
          const at = figures.findIndex((figure) => figure.metric === metric);
          return at < 0 ? figures.length : at;
        };
        const all = [...wanted, ...others].sort((a, b) => order(a.metric) - order(b.metric));
        return { rollup, basis: wanted.length > 0 ? basis : (given?.basis ?? null), figures: all };
      });
      const unplanned = (base?.rollups ?? [])
        .filter(({ rollup }) => planned.every((each) => each.rollup !== rollup))
        .map(
          (given): TargetRollup => ({
            rollup: given.rollup,
            basis: given.basis,
            figures: base ? carried(given, base, () => false) : [],
          }),
        );
      const spoken = [...rollups, ...unplanned].filter(({ figures }) => figures.length > 0);
      return { rollups: spoken, lacking };
    },
  };
}

const isWantedIn =
  (figures: readonly { readonly metric: string }[], isWanted: (metric: string) => boolean) =>
  (metric: string): boolean =>
    isWanted(metric) && figures.some((figure) => figure.metric === metric);

/** Figures of the published generation that were not asked for. */
function carried(
  given: RollupContents,
  base: Generation,
  isWanted: (metric: string) => boolean,
): TargetFigure[] {
  const carry = (figure: FigureContents | DistinctContents, kind: TargetFigure['kind']): TargetFigure[] => {
    const source = base.sources[figure.source];
    if (isWanted(figure.metric) || !source) return [];
    return [
      {
        metric: figure.metric,
        kind,
        meaning: figure.meaning,
        curve: 'curve' in figure && figure.curve,
        identity: 'identity' in figure && figure.identity,
        from: { kind: 'kept', generation: base, source },
        wanted: false,
      },
    ];
  };
  return [
    ...given.additive.flatMap((figure) => carry(figure, 'additive')),
    ...given.distinct.flatMap((figure) => carry(figure, 'distinct')),
  ];
}

/** A figure of equal meaning from equal inputs is an equal figure. */
function findCached(options: {
  kept: readonly Generation[];
  rollup: string;
  metric: string;
  meaning: string | null;
  inputs: string;
}): Pick<TargetFigure, 'curve' | 'identity' | 'from'> | null {
  const { kept, rollup, metric, meaning, inputs } = options;
  if (meaning === null) return null;
  for (const generation of kept) {
    const held = figureIn(generation.rollups, rollup, metric);
    const source = generation.sources[held?.source ?? -1];
    if (held?.meaning !== meaning || source?.inputs !== inputs) continue;
    const curve = 'curve' in held && held.curve;
    const identity = 'identity' in held && held.identity;
    return { curve, identity, from: { kind: 'kept', generation, source } };
  }
  return null;
}

/** Whether a generation holds exactly what the target says, figure by figure. */
export function holdsExactly(generation: Generation, target: UnitTarget, inputs: string): boolean {
  const figures = target.rollups.flatMap(({ rollup, basis, figures: all }) =>
    all.map((figure) => ({ rollup, basis, figure })),
  );
  const held = generation.rollups.reduce(
    (sum, { additive, distinct }) => sum + additive.length + distinct.length,
    0,
  );
  if (held !== figures.length) return false;
  return figures.every(({ rollup, figure }) => {
    const found = figureIn(generation.rollups, rollup, figure.metric);
    const source = generation.sources[found?.source ?? -1];
    if (!found || !source || figure.from.kind !== 'kept') return false;
    if (source.made === figure.from.source.made) return true;
    return figure.wanted && found.meaning === figure.meaning && source.inputs === inputs;
  });
}
