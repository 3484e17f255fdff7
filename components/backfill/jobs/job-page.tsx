'use client';

import { useTranslations } from 'use-intl/react';
import type { Comparison } from '../../../engine/protocol/comparison.ts';
import type { JobState, JobUpdate } from '../../../engine/protocol/jobs.ts';
import { ConnectionCause } from '../../board/connection-pill.tsx';
import { PageFrame } from '../../board/page-frame.tsx';
import { PageRoot } from '../../board/page-root.tsx';
import type { Language } from '../../format/language.ts';
import { useConnection, useInfo, useJob } from '../../live/use-live.ts';
import { useSaid } from '../../messages/use-said.ts';
import { useAnswer } from '../../server/use-answer.ts';
import { CompareCard } from '../compare/compare-card.tsx';
import { useEffectText } from '../compare/use-effect-text.ts';
import { JobHeader } from './job-header.tsx';
import { JobLog } from './job-log.tsx';
import { jobMessages } from './job-messages.ts';
import styles from './job-page.module.css';
import { JobProgress } from './job-progress.tsx';
import { UnitsCard } from './units-card.tsx';
import { useDaysText } from './use-days-text.ts';
import { useJobAction } from './use-job-action.ts';

/** One backfill: how it goes, what it would change, and what may be done to it. */
export function JobPage(props: { readonly preferred: Language; readonly id: string }) {
  return (
    <PageRoot preferred={props.preferred} messages={jobMessages}>
      <Framed id={props.id} />
    </PageRoot>
  );
}

function Framed({ id }: { readonly id: string }) {
  const t = useTranslations('jobs');
  const said = useSaid();
  const days = useDaysText();
  const pushed = useJob(id);
  // Until the socket brings it; and where there is no such job, HTTP says so.
  const asked = useAnswer<JobUpdate>(pushed ? null : `/api/job?${new URLSearchParams({ id })}`, 0);
  const job = pushed ?? asked.value;
  return (
    <PageFrame
      title={t('title')}
      intro={job ? days.spans(job.summary.draft.spans) : ''}
      back={{ path: '/backfill', text: t('all') }}
    >
      <ConnectionCause />
      {job ? (
        <Job job={job} />
      ) : (
        <main className={styles.body}>
          {asked.problem === null ? (
            <div className={styles.skeleton} />
          ) : (
            <p className={styles.problem} role="alert">
              {t('noJob', { reason: said(asked.problem) })}
            </p>
          )}
        </main>
      )}
    </PageFrame>
  );
}

/** States that a comparison leads to. */
const COMPARED: ReadonlySet<JobState> = new Set(['awaiting_approval', 'published', 'undone']);

function Job({ job }: { readonly job: Pick<JobUpdate, 'id' | 'summary' | 'units' | 'log'> }) {
  const t = useTranslations('jobs.compare');
  const said = useSaid();
  const { id, summary, units, log } = job;
  const { state, changedAtMs } = summary;
  const acting = useJobAction(id);
  const effectText = useEffectText();
  const connection = useConnection();
  const old = connection === 'reconnecting' || connection === 'stale';
  const path = COMPARED.has(state) ? `/api/job/comparison?${new URLSearchParams({ id })}` : null;
  // A refusal may mean that the comparison is old by now: it then says of which days.
  const round = 2 * changedAtMs + (acting.problem ? 1 : 0);
  const answer = useAnswer<Comparison>(path, round);
  const { problem } = answer;
  // Before the board is known nothing says which figures are money and which are shares.
  const comparison = useInfo() === null ? null : answer.value;
  const approval = comparison && { fingerprint: comparison.fingerprint, effect: effectText(comparison) };
  return (
    <main className={styles.body} data-dimmed={old}>
      <JobHeader summary={summary} acting={acting} approval={approval} />
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {t('failed', { reason: said(problem) })}
        </p>
      )}
      {comparison && <CompareCard comparison={comparison} />}
      <JobProgress summary={summary} />
      <div className={styles.parts}>
        <UnitsCard units={units} tally={summary.units} />
        <JobLog log={log} />
      </div>
    </main>
  );
}
