import { countUnion, type IdentityRange } from '../../aggregates/union-identity.ts';
import type { Key } from '../../figures/day-figures.ts';
import type { History, KeySeries, KeyTotals, SeriesRequest } from '../../history/history.ts';
import { type BoundedCache, createBoundedCache } from './bounded-cache.ts';
import { type MergedTotals, mergeTotals } from './merge-totals.ts';

/** Most numbers kept of generations: 64 MB. */
const MAX_NUMBERS = 8_000_000;

/** Key → ids counted over several days. */
export type UnionCounts = ReadonlyMap<Key, number>;

/** What generations gave, shared by all queries: a generation never changes. */
export interface HistoryCache {
  readonly history: History;
  readonly kept: BoundedCache<unknown>;
}

export function createHistoryCache(history: History): HistoryCache {
  return { history, kept: createBoundedCache({ maxWeight: MAX_NUMBERS }) };
}

/**
 * One query's reads of history. A read gives `undefined` while it is not there: call `load`, then compute
 * again; so a query computes in one synchronous piece, at one epoch. `null`: the generation has none.
 */
export interface HistoryReads {
  totals(generation: number, rollup: string): KeyTotals | null | undefined;
  /** Additive totals over several generations; null where one of them has no such rollup. */
  totalsOver(
    generations: readonly number[],
    rollup: string,
    metrics: readonly string[],
  ): MergedTotals | null | undefined;
  series(request: SeriesRequest): KeySeries | null | undefined;
  /** Exact distinct counts over several generations, of all keys or of one; null without identity. */
  union(options: {
    generations: readonly number[];
    rollup: string;
    metric: string;
    key: Key | undefined;
  }): UnionCounts | null | undefined;
  /** Whether something was asked for that is not there. */
  pending(): boolean;
  /** Fetches what was asked for and not there. */
  load(): Promise<void>;
}

export function createHistoryReads({ history, kept }: HistoryCache): HistoryReads {
  /** What this query holds, so that the cache can't drop it before the query ends. */
  const held = new Map<string, unknown>();
  const wanted = new Map<string, () => Promise<void>>();

  const read = <T>(id: string, fetch: () => Promise<T>, weigh: (value: T) => number): T | undefined => {
    if (held.has(id)) return held.get(id) as T;
    const known = kept.get(id);
    if (known !== undefined) {
      held.set(id, known);
      return known as T;
    }
    wanted.set(id, async () => {
      const value = await fetch();
      held.set(id, value);
      kept.set(id, value, weigh(value));
    });
    return undefined;
  };

  const weighTotals = (totals: MergedTotals | KeyTotals | null): number =>
    totals
      ? totals.keys.length * (totals.additive.size + ('distinct' in totals ? totals.distinct.size : 0) + 4)
      : 1;

  const fetchTotals = async (generation: number, rollup: string): Promise<KeyTotals | null> => {
    const id = `totals ${generation} ${rollup}`;
    const known = (held.get(id) ?? kept.get(id)) as KeyTotals | null | undefined;
    if (known !== undefined) return known;
    const totals = await history.totalsOf(generation, rollup);
    kept.set(id, totals, weighTotals(totals));
    return totals;
  };

  return {
    totals: (generation, rollup) =>
      read(`totals ${generation} ${rollup}`, () => history.totalsOf(generation, rollup), weighTotals),
    totalsOver: (generations, rollup, metrics) =>
      read(
        `totals over ${generations.join(',')} ${rollup} ${metrics.join(',')}`,
        async () => {
          const days: KeyTotals[] = [];
          for (const generation of generations) {
            const totals = await fetchTotals(generation, rollup);
            if (!totals) return null;
            days.push(totals);
          }
          return mergeTotals(days, metrics);
        },
        weighTotals,
      ),
    series: (request) =>
      read(
        `series ${request.generation} ${request.rollup} ${JSON.stringify(request.key)}`,
        () => history.seriesOf(request),
        (series) => (series ? request.slots * (series.additive.size + series.newIdsByMinute.size) : 1),
      ),
    union: ({ generations, rollup, metric, key }) =>
      read(
        `union ${generations.join(',')} ${rollup} ${metric} ${JSON.stringify(key)}`,
        () => fetchUnion({ history, generations, rollup, metric, key }),
        (counts) => (counts?.size ?? 0) * 4 + 1,
      ),
    pending: () => wanted.size > 0,
    async load() {
      const fetches = [...wanted.values()];
      wanted.clear();
      for (const fetch of fetches) await fetch();
    },
  };
}

async function fetchUnion(options: {
  history: History;
  generations: readonly number[];
  rollup: string;
  metric: string;
  key: Key | undefined;
}): Promise<UnionCounts | null> {
  const { history, generations, ...which } = options;
  const sets = new Map<Key, IdentityRange[]>();
  for (const generation of generations) {
    const found = await history.identityOf({ generation, ...which });
    if (!found) return null;
    for (const { key, hi, lo } of found) {
      const ofKey = sets.get(key) ?? [];
      ofKey.push({ hi, lo, start: 0, end: hi.length });
      sets.set(key, ofKey);
    }
  }
  return new Map([...sets].map(([key, ranges]) => [key, countUnion(ranges)]));
}
