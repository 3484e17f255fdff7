import type { DistinctFigures } from '../../figures/day-figures.ts';

/** The hour of a whole day's distinct count. */
export const WHOLE_DAY = -1;

/** More than a day has hours. */
const HOURS = 64;

/** The (key, hour) pairs that any metric counted, one row each; a metric without one there is 0. */
export function countRows(distinct: readonly DistinctFigures[]): {
  readonly key: Uint32Array;
  readonly hour: Int32Array;
  /** By metric. */
  readonly counts: readonly Float64Array[];
} {
  const rowOf = new Map<number, number>();
  const places = distinct.map(({ hourly, daily }) => {
    const rows = new Uint32Array(hourly.key.length + daily.key.length);
    for (let i = 0; i < rows.length; i++) {
      const inDay = i - hourly.key.length;
      const pair =
        inDay < 0 ? hourly.key[i]! * HOURS + hourly.hour[i]! + 1 : daily.key[inDay]! * HOURS + WHOLE_DAY + 1;
      let row = rowOf.get(pair);
      if (row === undefined) {
        row = rowOf.size;
        rowOf.set(pair, row);
      }
      rows[i] = row;
    }
    return rows;
  });
  const pairs = [...rowOf.keys()];
  return {
    key: Uint32Array.from(pairs, (pair) => Math.floor(pair / HOURS)),
    hour: Int32Array.from(pairs, (pair) => (pair % HOURS) - 1),
    counts: distinct.map(({ hourly, daily }, m) => {
      const rows = places[m] ?? new Uint32Array();
      const counts = new Float64Array(pairs.length);
      for (let i = 0; i < rows.length; i++)
        counts[rows[i]!] = hourly.count[i] ?? daily.count[i - hourly.count.length]!;
      return counts;
    }),
  };
}
