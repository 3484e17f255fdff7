'use client';

import { useEffect, useState } from 'react';
import { useConnection } from '../live/use-live.ts';
import { fetchJson } from './fetch-json.ts';

export interface Answer<T> {
  /** The last that came, of this path; null before the first. */
  readonly value: T | null;
  /** Why the last asking failed; null where it did not. */
  readonly problem: string | null;
  readonly asking: boolean;
}

const NOTHING = { path: null, value: null, problem: null };

/**
 * Asks the server for `path` (null: for nothing), anew when `round` changes, and again by itself once a lost connection
 * is back.
 */
export function useAnswer<T>(path: string | null, round: number): Answer<T> {
  const [state, setState] = useState<{
    readonly path: string | null;
    readonly value: T | null;
    readonly problem: string | null;
  }>(NOTHING);
  const [asking, setAsking] = useState(false);
  const [retries, setRetries] = useState(0);
  const connection = useConnection();
  const isHeard = connection !== 'connecting' && connection !== 'reconnecting';
  // biome-ignore lint/correctness/useExhaustiveDependencies: a failure before the connection is back is meant.
  useEffect(() => {
    if (isHeard && state.problem !== null) setRetries((count) => count + 1);
  }, [isHeard]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round and a retry ask anew.
  useEffect(() => {
    if (path === null) return;
    const gone = new AbortController();
    setAsking(true);
    fetchJson<T>(path, gone.signal)
      .then((value) => setState({ path, value, problem: null }))
      .catch((error: Error) => {
        if (gone.signal.aborted) return;
        const problem = error.message;
        setState((last) => ({ path, value: last.path === path ? last.value : null, problem }));
      })
      .finally(() => {
        if (!gone.signal.aborted) setAsking(false);
      });
    return () => gone.abort();
  }, [path, round, retries]);
  return state.path === path ? { ...state, asking } : { ...NOTHING, asking };
}
