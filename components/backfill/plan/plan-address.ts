'use client';

import {
  createParser,
  createSerializer,
  parseAsArrayOf,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from 'nuqs';
import { usePageHref } from '../../board/url-state.ts';
import { type DaySpans, daysOfText, NO_DAYS, textOfDays } from './day-spans.ts';

const parseAsDays = createParser<DaySpans>({
  parse: daysOfText,
  serialize: textOfDays,
  eq: (a, b) => textOfDays(a) === textOfDays(b),
});

export const WHEN = ['now', 'idle', 'tonight'] as const;
export const MOST_THREADS = 64;
export const MOST_PERMILLE = 1000;

const parsers = {
  /** Absent: the one that comes first. */
  dataset: parseAsString,
  /** Absent: that of the last day that anything is known of. */
  year: parseAsInteger,
  /** The days that are chosen, of any year. */
  days: parseAsDays.withDefault(NO_DAYS),
  /** Absent: all of them. */
  metrics: parseAsArrayOf(parseAsString),
  when: parseAsStringLiteral(WHEN).withDefault('now'),
  threads: parseAsInteger.withDefault(1),
  /** Per mille by which figures may change without being looked at; absent: never without. */
  auto: parseAsInteger,
};

/** What is shown and chosen, in the URL: a link shows what its sender saw. */
export function usePlanAddress() {
  return useQueryStates(parsers, { history: 'replace', scroll: false });
}

const serialize = createSerializer(parsers);

/** Address of the page of backfills with these days of a dataset chosen. */
export function usePlanHref(): (plan: { readonly dataset?: string; readonly days?: DaySpans }) => string {
  const hrefOf = usePageHref();
  return (plan) => serialize(hrefOf('/backfill'), plan);
}
