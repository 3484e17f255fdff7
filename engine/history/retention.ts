import type { Generation } from './generations.ts';
import type { Publication } from './publications.ts';

/** Generations that are kept of a day besides the published one and those that jobs hold. */
export interface KeptGenerations {
  readonly count: number;
  /** For how long after they were replaced, undone or made; days of 24 hours. */
  readonly days: number;
}

/**
 * Generations of a day that nothing needs any more. What is published stays, and what a job holds; of the others those
 * that were published last stay longest.
 */
export function unneededGenerations(options: {
  generations: readonly Generation[];
  /** All of the day, oldest first. */
  publications: readonly Publication[];
  isHeld: (generation: number) => boolean;
  keep: KeptGenerations;
  nowMs: number;
}): number[] {
  const { generations, publications, isHeld, keep, nowMs } = options;
  const standing = publications.findLast(({ undoneAtMs }) => undoneAtMs === null);
  /** When it was given up: by another one, by undoing, or when it was made, if it never was published. */
  const leftAt = new Map(generations.map(({ id, madeAtMs }) => [id, madeAtMs]));
  for (const { generation, replaced, atMs, undoneAtMs } of publications) {
    if (replaced !== null) leftAt.set(replaced, Math.max(atMs, leftAt.get(replaced) ?? 0));
    if (undoneAtMs !== null) leftAt.set(generation, Math.max(undoneAtMs, leftAt.get(generation) ?? 0));
  }
  const others = generations
    .filter(({ id }) => id !== standing?.generation && !isHeld(id))
    .map(({ id }) => ({ id, leftAtMs: leftAt.get(id) ?? 0, wouldBeNext: id === standing?.replaced }))
    .sort((a, b) => Number(b.wouldBeNext) - Number(a.wouldBeNext) || b.leftAtMs - a.leftAtMs || b.id - a.id);
  const oldestMs = nowMs - keep.days * 86_400_000;
  return others.filter(({ leftAtMs }, i) => i >= keep.count || leftAtMs < oldestMs).map(({ id }) => id);
}
