'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl/react';
import type { Coverage } from '../../engine/protocol/coverage.ts';
import type { DatasetSummary } from '../../engine/protocol/datasets.ts';
import { AuditList } from '../access/audit-list.tsx';
import { ConnectionCause } from '../board/connection-pill.tsx';
import { PageFrame } from '../board/page-frame.tsx';
import { PageRoot } from '../board/page-root.tsx';
import type { Language } from '../format/language.ts';
import { useJobs } from '../live/use-live.ts';
import { useAnswer } from '../server/use-answer.ts';
import styles from './backfill.module.css';
import { useDatasetHref } from './datasets/dataset-address.ts';
import { JobList } from './jobs/job-list.tsx';
import { CoveragePanel } from './plan/coverage-panel.tsx';
import { DraftForm } from './plan/draft-form.tsx';
import { usePlanAddress } from './plan/plan-address.ts';
import { planMessages } from './plan-messages.ts';

/** The page where days of history are looked at, chosen and repaired. */
export function Backfill(props: { readonly preferred: Language }) {
  return (
    <PageRoot preferred={props.preferred} messages={planMessages}>
      <Plan />
    </PageRoot>
  );
}

function Plan() {
  const t = useTranslations('coverage');
  const hrefOf = useDatasetHref();
  const [{ dataset, year }] = usePlanAddress();
  const round = useChangesOfHistory();
  const coverage = useAnswer<Coverage>(coveragePath({ dataset, year }), round);
  const datasets = useAnswer<readonly DatasetSummary[]>('/api/datasets', 0);
  const shown = dataset ?? coverage.value?.dataset ?? datasets.value?.[0]?.name ?? null;
  return (
    <PageFrame title={t('page')} intro={t('intro')} links={[{ href: hrefOf(shown), text: t('datasets') }]}>
      <ConnectionCause />
      <main className={styles.main}>
        <div className={styles.calendar}>
          <CoveragePanel answer={coverage} />
        </div>
        <div className={styles.form}>
          <DraftForm dataset={shown} datasets={datasets.value ?? []} />
        </div>
        <div className={styles.jobs}>
          <JobList />
          <AuditList round={round} />
        </div>
      </main>
    </PageFrame>
  );
}

function coveragePath({
  dataset,
  year,
}: {
  readonly dataset: string | null;
  readonly year: number | null;
}): string {
  const query = new URLSearchParams();
  if (dataset !== null) query.set('dataset', dataset);
  if (year !== null) query.set('year', String(year));
  return query.size > 0 ? `/api/coverage?${query}` : '/api/coverage';
}

/** Counts how often a job came to or left a state in which days look otherwise. */
function useChangesOfHistory(): number {
  const jobs = useJobs();
  const settled = (jobs ?? [])
    .filter(({ state }) => state === 'published' || state === 'undone')
    .map(({ id, state }) => `${id} ${state}`)
    .join();
  const [seen, setSeen] = useState({ settled: '', round: 0 });
  if (jobs === null || seen.settled === settled) return seen.round;
  // The first list is of jobs that the first answer knows already.
  const round = seen.settled === '' ? seen.round : seen.round + 1;
  setSeen({ settled, round });
  return round;
}
