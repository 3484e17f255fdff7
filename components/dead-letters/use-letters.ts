'use client';

import { useCallback, useEffect, useState } from 'react';
import type { DeadLetterList, DeadLetterRow } from '../../engine/protocol/dead-letters.ts';
import { useStatus } from '../live/use-live.ts';
import { fetchJson } from '../server/fetch-json.ts';
import { useAnswer } from '../server/use-answer.ts';

const MORE = 200;

export interface Letters {
  /** The first page, with what is said of all letters; null before it is there. */
  readonly list: DeadLetterList | null;
  /** Of all pages so far. */
  readonly rows: readonly DeadLetterRow[];
  readonly hasMore: boolean;
  /** Records rejected or in conflict since the list was asked for. */
  readonly since: number;
  readonly problem: string | null;
  readonly asking: boolean;
  more(): void;
  refresh(): void;
}

interface Pages {
  /** The list that they follow. */
  readonly after: DeadLetterList | null;
  readonly rows: readonly DeadLetterRow[];
  readonly next: string | null;
  readonly problem: string | null;
}

const NO_PAGES: Pages = { after: null, rows: [], next: null, problem: null };

/** Letters of a reason and a topic (null: of all), the newest first. */
export function useLetters(filter: {
  readonly reason: string | null;
  readonly topic: string | null;
}): Letters {
  const [round, setRound] = useState(0);
  const path = listPath(filter);
  const { value: list, problem, asking } = useAnswer<DeadLetterList>(path, round);
  const [pages, setPages] = useState(NO_PAGES);
  const behind = pages.after === list ? pages : NO_PAGES;
  const next = behind.after ? behind.next : (list?.next ?? null);
  const status = useStatus();
  const bad = status ? status.counts.rejected + status.counts.conflicts : 0;
  const [badThen, setBadThen] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what had come by the time of the list is what counts.
  useEffect(() => setBadThen(bad), [list, status === null]);

  const more = useCallback(() => {
    if (next === null) return;
    fetchJson<DeadLetterList>(
      `${path}${path.includes('?') ? '&' : '?'}before=${next}&limit=${MORE}`,
      new AbortController().signal,
    )
      .then((page) => {
        setPages(({ after, rows }) => ({
          after: list,
          rows: after === list ? [...rows, ...page.letters] : page.letters,
          next: page.next,
          problem: null,
        }));
      })
      .catch((error: Error) => setPages({ ...behind, after: list, next, problem: error.message }));
  }, [path, next, list, behind]);

  return {
    list,
    rows: [...(list?.letters ?? []), ...behind.rows],
    hasMore: next !== null,
    since: Math.max(0, bad - badThen),
    problem: problem ?? behind.problem,
    asking,
    more,
    refresh: () => setRound(round + 1),
  };
}

function listPath({
  reason,
  topic,
}: {
  readonly reason: string | null;
  readonly topic: string | null;
}): string {
  const query = new URLSearchParams();
  if (reason) query.set('reason', reason);
  if (topic) query.set('topic', topic);
  return query.size > 0 ? `/api/dead-letters?${query}` : '/api/dead-letters';
}
