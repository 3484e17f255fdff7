import type { Key } from '../../figures/day-figures.ts';
import type { KeyTotals } from '../../history/history.ts';

/** Additive totals of several days per key. */
export interface MergedTotals {
  readonly keys: readonly Key[];
  readonly additive: ReadonlyMap<string, Float64Array>;
}

/**
 * Adds up days per key. A metric that some day did not compute is NaN for every key: its sum is not known.
 * `metrics` are the additive ones wanted.
 */
export function mergeTotals(
  days: readonly (KeyTotals | MergedTotals)[],
  metrics: readonly string[],
): MergedTotals {
  const [only] = days;
  if (only && days.length === 1 && metrics.every((metric) => only.additive.has(metric))) return only;
  const index = new Map<Key, number>();
  const places = days.map(({ keys }) =>
    Int32Array.from(keys, (key) => {
      let place = index.get(key);
      if (place === undefined) {
        place = index.size;
        index.set(key, place);
      }
      return place;
    }),
  );
  const additive = metrics.map((metric): [string, Float64Array] => {
    const sums = new Float64Array(index.size);
    for (const [d, day] of days.entries()) {
      const values = day.additive.get(metric);
      const place = places[d]!;
      if (!values) sums.fill(Number.NaN);
      else for (let i = 0; i < place.length; i++) sums[place[i]!]! += values[i]!;
    }
    return [metric, sums];
  });
  return { keys: [...index.keys()], additive: new Map(additive) };
}
