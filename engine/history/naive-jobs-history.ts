import type { FigureName, UnitRequest } from './jobs-history.ts';

/** Of a figure of a day: what it was made of. Figures of equal tags are equal figures. */
export type Tag = string;

/** A generation as figures by name, each with its tag. */
interface NaiveGeneration {
  readonly day: string;
  readonly tags: ReadonlyMap<string, Tag>;
  readonly rows: number;
  readonly base: number | null;
}

interface NaivePublication {
  readonly generation: number;
  readonly replaced: number | null;
  readonly job: string | null;
  readonly restates: boolean;
}

interface ComparedShadow {
  readonly published: number | null;
  readonly computed: number;
  readonly differs: boolean;
}

/**
 * For tests only: what a history does with generations, shadows and pointers, in maps. The numbers of generations are
 * taken from the history beside it. Nothing is given up by age or count.
 */
export function createNaiveHistory(options: {
  /** Figures of the plan, `rollup/metric`. */
  figures: readonly string[];
}): NaiveHistory {
  const generations = new Map<number, NaiveGeneration>();
  const stacks = new Map<string, NaivePublication[]>();
  const shadows = new Map<string, Map<string, { unit: UnitRequest; generation: number }>>();
  const everPublished = new Set<number>();
  const compared = new Map<string, Map<string, ComparedShadow>>();
  const shadowsOf = (job: string) => shadows.get(job) ?? new Map<string, never>();
  const top = (day: string): NaivePublication | null => stacks.get(day)?.at(-1) ?? null;
  const isWanted = (unit: UnitRequest, figure: string): boolean =>
    unit.metrics === null || unit.metrics.includes(figure.split('/')[1] ?? '');
  const wantedBy = (unit: UnitRequest): string[] =>
    options.figures.filter((figure) => isWanted(unit, figure));

  const naive: NaiveHistory = {
    top: (day) => top(day)?.generation ?? null,
    restated: (day) => top(day)?.restates ?? false,
    tagsOf: (generation) => generations.get(generation)?.tags ?? null,
    rowsOf: (generation) => generations.get(generation)?.rows ?? null,
    kept: () => [...generations.keys()],
    publish(day, generation, tags, rows) {
      generations.set(generation, { day, tags, rows, base: null });
      const stack = stacks.get(day) ?? [];
      stacks.set(day, stack);
      stack.push({ generation, replaced: top(day)?.generation ?? null, job: null, restates: false });
      everPublished.add(generation);
    },
    lacking(unit, tagOf) {
      const kept = [...generations.values()].filter(({ day }) => day === unit.day);
      const there = (figure: string): boolean => kept.some(({ tags }) => tags.get(figure) === tagOf(figure));
      return wantedBy(unit).filter((figure) => !there(figure));
    },
    expected(unit, tagOf) {
      const tags = new Map(generations.get(top(unit.day)?.generation ?? -1)?.tags);
      for (const figure of wantedBy(unit)) tags.set(figure, tagOf(figure));
      return tags;
    },
    complete(unit, generation, tags, rows) {
      if (!generations.has(generation)) {
        const mixed = [...tags.keys()].some((figure) => !isWanted(unit, figure));
        const base = mixed ? (top(unit.day)?.generation ?? null) : null;
        generations.set(generation, { day: unit.day, tags, rows, base });
      }
      const before = shadowsOf(unit.job).get(unit.day)?.generation ?? null;
      const mine = shadows.get(unit.job) ?? new Map();
      shadows.set(unit.job, mine);
      mine.set(unit.day, { unit, generation });
      if (before !== null && before !== generation) naive.forget(before);
    },
    mustRenew: ({ unit, generation }) => {
      const base = generations.get(generation)?.base ?? null;
      return !(base === null && unit.metrics === null) && base !== (top(unit.day)?.generation ?? null);
    },
    shadows: (job) => [...shadowsOf(job).values()].sort((a, b) => (a.unit.day < b.unit.day ? -1 : 1)),
    compare(job, differing) {
      const days = new Map<string, ComparedShadow>();
      for (const { unit, generation } of naive.shadows(job)) {
        const differs = differing.has(unit.day);
        days.set(unit.day, { published: naive.top(unit.day), computed: generation, differs });
      }
      compared.set(job, days);
    },
    publishJob(job) {
      const days = compared.get(job) ?? new Map();
      const mine = naive.shadows(job);
      const fits = mine.every(({ unit, generation }) => days.get(unit.day)?.computed === generation);
      if (mine.length === 0 || days.size !== mine.length || !fits) return 'other_comparison';
      if (mine.some(({ unit }) => days.get(unit.day)?.published !== naive.top(unit.day))) {
        return 'published_since';
      }
      for (const { unit, generation } of mine) {
        const replaced = naive.top(unit.day);
        if (replaced === generation) continue;
        const stack = stacks.get(unit.day) ?? [];
        stacks.set(unit.day, stack);
        const differs = days.get(unit.day)?.differs === true;
        const restates = replaced !== null && (differs || naive.restated(unit.day));
        stack.push({ generation, replaced, job, restates });
        everPublished.add(generation);
      }
      shadows.delete(job);
      return null;
    },
    undoJob(job) {
      const days = [...stacks].filter(([, stack]) => stack.some((each) => each.job === job));
      // None of its publications may lie under another, be it one of its own.
      if (days.some(([, stack]) => stack.slice(0, -1).some((each) => each.job === job)))
        return 'later_generation';
      for (const [, stack] of days) stack.pop();
      return null;
    },
    undoDay(day) {
      const standing = top(day);
      if (!standing || standing.replaced === null) return 'nothing_to_undo';
      stacks.get(day)?.pop();
      return null;
    },
    dropJob(job) {
      const mine = naive.shadows(job);
      shadows.delete(job);
      for (const { generation } of mine) naive.forget(generation);
    },
    forget(generation) {
      const held = [...shadows.values()].some((days) =>
        [...days.values()].some((shadow) => shadow.generation === generation),
      );
      if (!held && !everPublished.has(generation)) generations.delete(generation);
    },
  };
  return naive;
}

export interface NaiveHistory {
  top(day: string): number | null;
  restated(day: string): boolean;
  tagsOf(generation: number): ReadonlyMap<string, Tag> | null;
  rowsOf(generation: number): number | null;
  kept(): number[];
  publish(day: string, generation: number, tags: ReadonlyMap<string, Tag>, rows: number): void;
  /** Figures, `rollup/metric`, that no generation has by the tag that `tagOf` gives. */
  lacking(unit: UnitRequest, tagOf: (figure: string) => Tag): string[];
  /** What the unit's generation has to hold now. */
  expected(unit: UnitRequest, tagOf: (figure: string) => Tag): ReadonlyMap<string, Tag>;
  complete(unit: UnitRequest, generation: number, tags: ReadonlyMap<string, Tag>, rows: number): void;
  /** Whether a shadow took over figures of a generation that is no longer the published one. */
  mustRenew(shadow: { readonly unit: UnitRequest; readonly generation: number }): boolean;
  shadows(job: string): { readonly unit: UnitRequest; readonly generation: number }[];
  /** `differing`: days of which any figure is another, as the comparison found. */
  compare(job: string, differing: ReadonlySet<string>): void;
  /** The code of the refusal, null where it is done. */
  publishJob(job: string): string | null;
  undoJob(job: string): string | null;
  undoDay(day: string): string | null;
  dropJob(job: string): void;
  forget(generation: number): void;
}

export const nameOf = ({ rollup, metric }: FigureName): string => `${rollup}/${metric}`;
