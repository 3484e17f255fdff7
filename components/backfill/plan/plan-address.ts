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
import { type DaySpans, daysOfText, NO_DAYS, shortTextOfDays, textOfDays } from './day-spans.ts';

const parseAsDays = createParser<DaySpans>({
  parse: daysOfText,
  serialize: shortTextOfDays,
  eq: (a, b) => textOfDays(a) === textOfDays(b),
});

/** A whole number of a range; any other is as if it were not there. */
const parseAsWithin = (least: number, most: number) =>
  createParser<number>({
    parse(text) {
      const number = parseAsInteger.parse(text);
      return number !== null && number >= least && number <= most ? number : null;
    },
    serialize: String,
  });

/** Years in which events can be. */
const [FIRST_YEAR, LAST_YEAR] = [1970, 2099];

export const WHEN = ['now', 'idle', 'tonight'] as const;
export const MOST_THREADS = 64;
export const MOST_PERMILLE = 1000;

const parsers = {
  /** Absent: the one that comes first. */
  dataset: parseAsString,
  /** Absent: that of the last day that anything is known of. */
  year: parseAsWithin(FIRST_YEAR, LAST_YEAR),
  /** The days that are chosen, of any year. */
  days: parseAsDays.withDefault(NO_DAYS),
  /** Absent: all of them. */
  metrics: parseAsArrayOf(parseAsString),
  when: parseAsStringLiteral(WHEN).withDefault('now'),
  threads: parseAsWithin(1, MOST_THREADS).withDefault(1),
  /** Per mille by which figures may change without being looked at; absent: never without. */
  auto: parseAsWithin(0, MOST_PERMILLE),
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
