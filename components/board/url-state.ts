'use client';

import { createSerializer, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { languages } from '../format/language.ts';
import { rankingMetrics } from './sale-views.ts';

export const themes = ['dark', 'light'] as const;

const parsers = {
  /** Absent: what the browser prefers. */
  lang: parseAsStringLiteral(languages),
  theme: parseAsStringLiteral(themes).withDefault('dark'),
  category: parseAsStringLiteral(rankingMetrics.category).withDefault('gmv'),
  product: parseAsStringLiteral(rankingMetrics.product).withDefault('gmv'),
};

/** Everything that a reader may choose, in the URL: a link shows what its sender saw. */
export function useBoardState() {
  return useQueryStates(parsers, { history: 'replace', scroll: false });
}

const serialize = createSerializer(parsers);

/** Addresses of other pages, in the same language and theme. */
export function usePageHref(): (path: string) => string {
  const [{ lang, theme }] = useBoardState();
  return (path) => serialize(path, { lang, theme });
}
