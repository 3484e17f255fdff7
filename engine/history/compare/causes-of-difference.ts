import type { Cause } from '../../protocol/comparison.ts';
import type { RollupContents } from '../contents.ts';
import { countedSource } from '../generations.ts';
import type { ComparedPair, GenerationPair } from './compared-pair.ts';

/**
 * Why a day's figures differ, as far as both generations tell. Where none does (`differs` is false) only what the
 * definitions add or take away is told. That what was applied differs is told where late events don't explain it.
 */
export function causesOfDifference({
  pair,
  differs,
}: {
  pair: ComparedPair;
  differs: boolean;
}): readonly Cause[] {
  const { published, computed } = pair;
  if (published === null) return [{ why: 'first_load' }];
  if (published.id === computed.id) return [];
  const causes: Cause[] = [];
  const before = countedSource(published);
  const after = countedSource(computed);
  const late = Math.max(0, after.lateEvents - before.lateEvents);
  const conflicts = published.origin === 'live' ? before.counts.conflicts : 0;
  const otherDataset = before.dataset !== null && before.dataset !== after.dataset ? before.dataset : null;
  if (differs) {
    if (late > 0) causes.push({ why: 'late', events: late });
    if (conflicts > 0) causes.push({ why: 'conflicts', events: conflicts });
    if (otherDataset !== null) causes.push({ why: 'other_dataset', dataset: otherDataset });
    else if (before.inputs !== null && before.inputs !== after.inputs) causes.push({ why: 'changed_file' });
  }
  const metrics = redefinedMetrics({ ...pair, published });
  if (metrics.length > 0) causes.push({ why: 'changed_definition', metrics });
  const [was, is] = [before.counts.applied, after.counts.applied];
  if (differs && is - was !== late) causes.push({ why: 'other_rows', published: was, computed: is });
  return causes;
}

/** Metrics that a rollup of either side has by another meaning than the other side's, or alone; in the new order. */
function redefinedMetrics({ published, computed }: GenerationPair): string[] {
  const before = meaningsOf(published.rollups);
  const after = meaningsOf(computed.rollups);
  const redefined = new Set<string>();
  for (const figure of [...after.keys(), ...before.keys()]) {
    const [was, is] = [before.get(figure), after.get(figure)];
    // Null: made before meanings were kept, so nobody knows.
    const changed =
      was && is ? was.meaning !== null && is.meaning !== null && was.meaning !== is.meaning : true;
    if (changed) redefined.add((is ?? was)?.metric ?? figure);
  }
  return [...redefined];
}

type Meaning = { readonly metric: string; readonly meaning: string | null };

function meaningsOf(rollups: readonly RollupContents[]): Map<string, Meaning> {
  return new Map(
    rollups.flatMap(({ rollup, additive, distinct }) =>
      [...additive, ...distinct].map((figure) => [`${rollup}/${figure.metric}`, figure] as const),
    ),
  );
}
