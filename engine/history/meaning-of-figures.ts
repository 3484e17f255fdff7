import type { DayFigures } from '../figures/day-figures.ts';

/** For tests only: figures without the order of keys and rows, and without zero counts, which mean the same as none. */
export function meaningOf(figures: DayFigures | null): unknown {
  if (!figures) return null;
  return Object.fromEntries(
    figures.rollups.map(({ rollup, keys, cells, distinct }) => {
      const rows: Record<string, unknown> = {};
      for (let i = 0; i < cells.key.length; i++) {
        rows[`${keys[cells.key[i]!]} ${cells.slot[i]}`] = cells.values.map((values) => values[i]);
      }
      const counts = distinct.map(({ metric, hourly, daily, newIdsByMinute, identity }) => ({
        metric,
        hourly: Object.fromEntries(
          [...hourly.count]
            .map((count, i) => [`${keys[hourly.key[i]!]} ${hourly.hour[i]}`, count] as const)
            .filter(([, count]) => count > 0),
        ),
        daily: Object.fromEntries([...daily.count].map((count, i) => [String(keys[daily.key[i]!]), count])),
        newIdsByMinute,
        identity:
          identity &&
          Object.fromEntries(
            keys.map((key, k) => {
              const [from, to] = [identity.offsets[k]!, identity.offsets[k + 1]!];
              return [String(key), [[...identity.hi.slice(from, to)], [...identity.lo.slice(from, to)]]];
            }),
          ),
      }));
      return [rollup, { keys: new Set(keys), metrics: cells.metrics, rows, counts }];
    }),
  );
}
