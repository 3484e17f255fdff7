'use client';

import { useCallback, useState } from 'react';
import type { JobAction, JobSummary } from '../../../engine/protocol/jobs.ts';
import { useSession } from '../../access/session-provider.tsx';
import { Refusal } from '../../server/read-answer.ts';

export interface JobActing {
  /** `expect`: of an approval the fingerprint of the comparison that was looked at. */
  act(action: JobAction, expect?: string | null): Promise<void>;
  /** What the server is asked for now; null: nothing. */
  readonly busy: JobAction | null;
  /** Why the last action was refused, with the way out; null where it was not. */
  readonly problem: { readonly text: string; readonly code: string | null } | null;
  /** Actions that were done from this page. */
  readonly done: number;
}

/** Acts on one job. What becomes of it is said by the updates of the job, not here. */
export function useJobAction(id: string): JobActing {
  const { change } = useSession();
  const [busy, setBusy] = useState<JobAction | null>(null);
  const [problem, setProblem] = useState<JobActing['problem']>(null);
  const [done, setDone] = useState(0);
  const act = useCallback(
    async (action: JobAction, expect: string | null = null) => {
      setBusy(action);
      setProblem(null);
      try {
        await change<JobSummary>('/api/job/action', { id, action, expect });
        setDone((count) => count + 1);
      } catch (error) {
        const code = error instanceof Refusal ? error.code : null;
        setProblem({ text: error instanceof Error ? error.message : String(error), code });
      } finally {
        setBusy(null);
      }
    },
    [change, id],
  );
  return { act, busy, problem, done };
}
