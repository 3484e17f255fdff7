'use client';

import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { UNIT_KINDS } from './unit-kind.ts';

const parsers = {
  /** Only units of this kind. */
  units: parseAsStringLiteral(UNIT_KINDS),
  /** The unit that is looked at. */
  unit: parseAsString,
  /** What is compared: the metric and, in detail, one day of it. */
  metric: parseAsString,
  day: parseAsString,
  /** Days that do not differ, too. */
  all: parseAsBoolean.withDefault(false),
};

/** What of a backfill is looked at, in the URL. */
export function useJobAddress() {
  return useQueryStates(parsers, { history: 'replace', scroll: false });
}
