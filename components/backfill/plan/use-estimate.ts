'use client';

import { useEffect, useState } from 'react';
import type { JobDraft, JobEstimate } from '../../../engine/protocol/jobs.ts';
import { useSession } from '../../access/session-provider.tsx';

/** A form that still changes is not asked about; ms. */
const SETTLE_MS = 300;

export interface EstimateState {
  /** The last that came; null before the first. */
  readonly estimate: JobEstimate | null;
  /** It is of the draft as it stands, and may be submitted. */
  readonly isCurrent: boolean;
  /** Why the last asking failed; null where it did not. */
  readonly problem: string | null;
  readonly asking: boolean;
  again(): void;
}

interface Said {
  readonly of: string | null;
  readonly estimate: JobEstimate | null;
  readonly problem: string | null;
}

const NOTHING: Said = { of: null, estimate: null, problem: null };

/** What a draft would read and take, asked anew once it has changed and stands still; null: nothing is asked. */
export function useEstimate(draft: JobDraft | null): EstimateState {
  const { change } = useSession();
  const [said, setSaid] = useState(NOTHING);
  const [round, setRound] = useState(0);
  const text = draft && JSON.stringify(draft);
  const key = text && `${round} ${text}`;
  useEffect(() => {
    if (text === null) {
      setSaid(NOTHING);
      return;
    }
    const gone = new AbortController();
    const timer = setTimeout(() => {
      change<JobEstimate>('/api/backfill/estimate', { draft: JSON.parse(text) as JobDraft }, gone.signal)
        .then((estimate) => setSaid({ of: key, estimate, problem: null }))
        .catch((error: Error) => {
          if (!gone.signal.aborted) setSaid({ of: key, estimate: null, problem: error.message });
        });
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [change, key, text]);
  return {
    estimate: said.estimate,
    isCurrent: said.estimate !== null && said.of === key,
    problem: said.of === key ? said.problem : null,
    asking: key !== null && said.of !== key,
    again: () => setRound(round + 1),
  };
}
