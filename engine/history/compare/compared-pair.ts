import type { Plan, PlanRollup } from '../../plan/plan.ts';
import type { DistinctContents, FigureContents, RollupContents } from '../contents.ts';
import type { Generation } from '../generations.ts';

/** A day's new generation beside the one that is published; both may be the same. */
export interface ComparedPair {
  readonly day: string;
  /** Null: nothing is. */
  readonly published: Generation | null;
  readonly computed: Generation;
}

/** A pair of which both sides are there. */
export interface GenerationPair {
  readonly day: string;
  readonly published: Generation;
  readonly computed: Generation;
}

/** Figures of one rollup that both sides of a pair keep, by name, and that may differ. */
interface CommonFigures {
  readonly additive: readonly string[];
  readonly distinct: readonly string[];
  /** Of those the ones whose curve, or whose identity, both keep. */
  readonly curves: readonly string[];
  readonly identities: readonly string[];
}

export function rollupIn(generation: Generation, rollup: string): RollupContents | undefined {
  return generation.rollups.find((contents) => contents.rollup === rollup);
}

/** What to compare of a rollup: figures that one side copied from the other, or both from a third, are equal. */
export function commonFigures({ published, computed }: GenerationPair, rollup: string): CommonFigures {
  const before = rollupIn(published, rollup);
  const after = rollupIn(computed, rollup);
  const madeTogether = (a: FigureContents, b: FigureContents): boolean =>
    published.sources[a.source]?.made === computed.sources[b.source]?.made;
  const common = <F extends FigureContents>(old: readonly F[], now: readonly F[]): { old: F; now: F }[] =>
    old.flatMap((figure) => {
      const other = now.find(({ metric }) => metric === figure.metric);
      return other && !madeTogether(figure, other) ? [{ old: figure, now: other }] : [];
    });
  const distinct = common<DistinctContents>(before?.distinct ?? [], after?.distinct ?? []);
  const names = (of: readonly { old: FigureContents }[]): string[] => of.map(({ old }) => old.metric);
  return {
    additive: names(common(before?.additive ?? [], after?.additive ?? [])),
    distinct: names(distinct),
    curves: names(distinct.filter(({ old, now }) => old.curve && now.curve)),
    identities: names(distinct.filter(({ old, now }) => old.identity && now.identity)),
  };
}

/** Whether a rollup's one key is the total: as its generation says, else as the plan does. */
export function dividesNothing({ basis }: RollupContents, by: string | null): boolean {
  return basis === null ? by === null : parsed(basis).division === null;
}

/** Null: its generation doesn't say. */
export function sliceOf({ basis }: RollupContents): string | null {
  return basis === null ? null : parsed(basis).slice;
}

/** As `basisOf` writes it. */
function parsed(basis: string): { slice: string; division: unknown } {
  const [slice, division] = JSON.parse(basis) as [string, unknown];
  return { slice, division };
}

/** The plan's rollups, those without a dimension first. */
export function totalsFirst({ rollups }: Plan): PlanRollup[] {
  return [...rollups].sort((a, b) => Number(a.by !== null) - Number(b.by !== null));
}
