'use client';

import { useEffect, useState } from 'react';
import { useConnection } from '../live/use-live.ts';
import { fetchJson } from './fetch-json.ts';
import { Refusal } from './read-answer.ts';

export interface Answer<T> {
  /** The last that came, of this path; null before the first. */
  readonly value: T | null;
  /** Why the last asking failed; null where it did not. */
  readonly problem: string | null;
  readonly asking: boolean;
}

interface Answered<T> extends Pick<Answer<T>, 'value' | 'problem'> {
  readonly path: string | null;
  /** The problem is the server's, or of the way to it, and not what was asked. */
  readonly isPassing: boolean;
}

const NOTHING: Answered<never> = { path: null, value: null, problem: null, isPassing: false };

/** A server that starts refuses for some seconds what its threads are not there for yet; ms. */
const RETRY_MS = 1000;

const isPassing = (error: Error): boolean => !(error instanceof Refusal) || error.status >= 500;

/**
 * Asks the server for `path` (null: for nothing) and anew when `round` changes. What it could not answer is asked for again
 * by itself while there is a connection; a refusal of what was asked stands.
 */
export function useAnswer<T>(path: string | null, round: number): Answer<T> {
  const [state, setState] = useState<Answered<T>>(NOTHING);
  const [asking, setAsking] = useState(false);
  const [retries, setRetries] = useState(0);
  const connection = useConnection();
  const isHeard = connection !== 'connecting' && connection !== 'reconnecting';
  const isDue = isHeard && state.isPassing && state.path === path;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each failure is followed by another try.
  useEffect(() => {
    if (!isDue) return;
    const timer = setTimeout(() => setRetries((count) => count + 1), RETRY_MS);
    return () => clearTimeout(timer);
  }, [isDue, state]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round and a retry ask anew.
  useEffect(() => {
    if (path === null) return;
    const gone = new AbortController();
    setAsking(true);
    fetchJson<T>(path, gone.signal)
      .then((value) => setState({ ...NOTHING, path, value }))
      .catch((error: Error) => {
        if (gone.signal.aborted) return;
        const problem = { problem: error.message, isPassing: isPassing(error) };
        setState((last) => ({ path, value: last.path === path ? last.value : null, ...problem }));
      })
      .finally(() => {
        if (!gone.signal.aborted) setAsking(false);
      });
    return () => gone.abort();
  }, [path, round, retries]);
  const { value, problem } = state.path === path ? state : NOTHING;
  return { value, problem, asking };
}
