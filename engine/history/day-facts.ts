import { figureKey } from '../plan/figure-meanings.ts';
import type { Plan } from '../plan/plan.ts';
import { figureIn, type RollupContents } from './contents.ts';
import { countsOf, type Generation } from './generations.ts';
import type { DayFacts } from './jobs-history.ts';
import type { Publication } from './publications.ts';

/** Tells what jobs want to know of generations. */
export function createDayFacts(options: { plan: Plan; meanings: ReadonlyMap<string, string> }): {
  factsOf(generation: Generation, publication: Publication | null): DayFacts;
} {
  const { plan, meanings } = options;
  const metrics = [...plan.additive, ...plan.distinct].map(({ metric }) => metric);
  const kept = plan.rollups.flatMap(({ name, additive, distinct }) =>
    [...additive.map((i) => plan.additive[i]), ...distinct.map((i) => plan.distinct[i])].flatMap((figure) =>
      figure ? [{ rollup: name, metric: figure.metric }] : [],
    ),
  );
  // Days that hold the same share their contents.
  const stale = new WeakMap<readonly RollupContents[], readonly string[]>();
  const staleIn = (rollups: readonly RollupContents[]): readonly string[] => {
    let found = stale.get(rollups);
    if (!found) {
      const lacking = kept.filter(
        ({ rollup, metric }) =>
          figureIn(rollups, rollup, metric)?.meaning !== meanings.get(figureKey(rollup, metric)),
      );
      found = metrics.filter((metric) => lacking.some((figure) => figure.metric === metric));
      stale.set(rollups, found);
    }
    return found;
  };
  const used = new WeakMap<readonly RollupContents[], ReadonlySet<number>>();
  const usedIn = (rollups: readonly RollupContents[]): ReadonlySet<number> => {
    const found =
      used.get(rollups) ??
      new Set(rollups.flatMap(({ additive, distinct }) => [...additive, ...distinct].map((f) => f.source)));
    used.set(rollups, found);
    return found;
  };
  return {
    factsOf(generation, publication) {
      const indexes = usedIn(generation.rollups);
      const sources = generation.sources.filter((_, index) => indexes.has(index) || indexes.size === 0);
      const [first] = sources;
      return {
        day: generation.day,
        generation: generation.id,
        by: generation.origin,
        publishedAtMs: publication?.atMs ?? generation.madeAtMs,
        restated: publication?.restates ?? false,
        counts: countsOf(generation),
        dataset: first?.dataset ?? null,
        inputs: first?.inputs ?? null,
        lateEvents: Math.min(...sources.map(({ lateEvents }) => lateEvents)),
        staleMetrics: staleIn(generation.rollups),
      };
    },
  };
}
