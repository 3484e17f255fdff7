'use client';

import { createParser, parseAsNativeArrayOf, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import { type ViewSpec, viewId } from '../../engine/protocol/view.ts';

/** One key of one dimension that is kept; null is the null key. */
export interface KeptKey {
  readonly dimension: string;
  readonly key: string | null;
}

/** `channel:app`; nothing behind the colon is the null key, as in the parameters of HTTP. */
export const keptKeyParser = createParser<KeptKey>({
  parse(text) {
    const colon = text.indexOf(':');
    if (colon < 1) return null;
    return { dimension: text.slice(0, colon), key: text.slice(colon + 1) || null };
  },
  serialize: ({ dimension, key }) => `${dimension}:${key ?? ''}`,
  eq: (a, b) => a.dimension === b.dimension && a.key === b.key,
});

const parser = parseAsNativeArrayOf(keptKeyParser).withOptions({ history: 'push', scroll: false });

/** What the whole board is narrowed to. */
export interface BoardFilter {
  /** One per dimension, in the order in which they were chosen. */
  readonly kept: readonly KeptKey[];
  keyOf(dimension: string): string | null | undefined;
  /** Keeps a key instead of the dimension's one before. */
  keep(key: KeptKey): void;
  drop(dimension: string): void;
  clear(): void;
}

/** One per dimension: of several the last. */
export function oneEach(kept: readonly KeptKey[]): KeptKey[] {
  return [...new Map(kept.map((each) => [each.dimension, each])).values()];
}

/** The board's filter, in the URL: `?filter=country:DE&filter=channel:app`. */
export function useBoardFilter(): BoardFilter {
  const [given, setGiven] = useQueryState('filter', parser);
  return useMemo(() => {
    const kept = oneEach(given);
    const without = (dimension: string) => kept.filter((each) => each.dimension !== dimension);
    const set = (next: KeptKey[]): void => void setGiven(next.length === 0 ? null : next);
    return {
      kept,
      keyOf: (dimension) => kept.find((each) => each.dimension === dimension)?.key,
      keep: (key) => set([...without(key.dimension), key]),
      drop: (dimension) => set(without(dimension)),
      clear: () => set([]),
    };
  }, [given, setGiven]);
}

/** The same view of what the board is narrowed to. */
export function useFiltered(spec: ViewSpec): ViewSpec {
  const { kept } = useBoardFilter();
  const id = viewId(spec);
  return useMemo(() => filteredView(JSON.parse(id) as ViewSpec, kept), [id, kept]);
}

export function filteredView(spec: ViewSpec, kept: readonly KeptKey[]): ViewSpec {
  if (kept.length === 0) return spec;
  return { ...spec, filter: Object.fromEntries(kept.map(({ dimension, key }) => [dimension, key])) };
}
