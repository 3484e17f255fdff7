import type { DayFigures } from '../engine/figures/day-figures.ts';

/**
 * Figures by name: `day rollup key slot` → the additive metrics of a cell, `day rollup key metric hour` and
 * `… day` → a distinct count, `… new` → the curve as `minute:ids`.
 */
export interface NamedFigures {
  /** A later message overwrites, as in the store. */
  take(days: readonly DayFigures[]): void;
  /** Those that are not zero, in order of their names: equal for equal days. */
  all(): Record<string, string>;
}

const keyName = (key: string | null | undefined): string => (key === null ? 'null' : `'${key}'`);

export function createNamedFigures(): NamedFigures {
  const figures = new Map<string, string>();
  return {
    take(days) {
      for (const { day, rollups } of days) {
        for (const { rollup, keys, cells, distinct } of rollups) {
          const names = keys.map((key) => `${day} ${rollup} ${keyName(key)}`);
          for (let i = 0; i < cells.key.length; i++) {
            const values = cells.metrics.flatMap((metric, m) => {
              const value = cells.values[m]![i]!;
              return value === 0 ? [] : [`${metric} ${value}`];
            });
            figures.set(`${names[cells.key[i]!]} ${cells.slot[i]}`, values.join(', '));
          }
          for (const { metric, hourly, daily, newIdsByMinute } of distinct) {
            for (let i = 0; i < hourly.key.length; i++) {
              figures.set(`${names[hourly.key[i]!]} ${metric} ${hourly.hour[i]}`, String(hourly.count[i]));
            }
            for (let i = 0; i < daily.key.length; i++) {
              figures.set(`${names[daily.key[i]!]} ${metric} day`, String(daily.count[i]));
            }
            if (!newIdsByMinute) continue;
            const curve: string[] = [];
            for (let minute = 0; minute < newIdsByMinute.length; minute++) {
              if (newIdsByMinute[minute] !== 0) curve.push(`${minute}:${newIdsByMinute[minute]}`);
            }
            figures.set(`${day} ${rollup} ${metric} new`, curve.join(' '));
          }
        }
      }
    },
    all() {
      const told = [...figures].filter(([, figure]) => figure !== '' && figure !== '0');
      return Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}

export function namedFigures(days: readonly DayFigures[]): Record<string, string> {
  const named = createNamedFigures();
  named.take(days);
  return named.all();
}

/** Who was counted, `day rollup key metric` → ids as `hi:lo`, ascending. */
export function namedIdentity(days: readonly DayFigures[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { day, rollups } of days) {
    for (const { rollup, keys, distinct } of rollups) {
      for (const { metric, identity } of distinct) {
        for (const [i, key] of keys.entries()) {
          if (!identity || identity.offsets[i] === identity.offsets[i + 1]) continue;
          const range = [identity.offsets[i], identity.offsets[i + 1]] as const;
          const lo = identity.lo.slice(...range);
          const ids = [...identity.hi.slice(...range)].map((hi, at) => `${hi}:${lo[at]}`);
          found[`${day} ${rollup} ${keyName(key)} ${metric}`] = ids;
        }
      }
    }
  }
  return found;
}
