'use client';

import { createSerializer, parseAsString, useQueryStates } from 'nuqs';
import { usePageHref } from '../../board/url-state.ts';

const parsers = {
  /** The one whose first rows are shown; absent: the first. */
  dataset: parseAsString,
};

export function useDatasetAddress() {
  return useQueryStates(parsers, { history: 'replace', scroll: false });
}

const serialize = createSerializer(parsers);

/** Address of the page of datasets, at one of them. */
export function useDatasetHref(): (dataset: string | null) => string {
  const hrefOf = usePageHref();
  return (dataset) => serialize(hrefOf('/datasets'), { dataset });
}
