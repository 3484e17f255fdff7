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
import { useJobs, useStatus } from '../live/use-live.ts';
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

/** Counts how often days came to look otherwise: a job was published or undone, or another day has late events. */
function useChangesOfHistory(): number {
  const jobs = useJobs();
  const lateDays = useStatus()?.stream?.lateDays ?? [];
  const settled = jobs?.filter(({ state }) => state === 'published' || state === 'undone');
  const now =
    settled &&
    [...settled.map(({ id, state }) => `${id} ${state}`), ...lateDays.map(({ day }) => day)].join();
  const [seen, setSeen] = useState<{ readonly now: string | null; readonly round: number }>({
    now: null,
    round: 0,
  });
  if (now === undefined || seen.now === now) return seen.round;
  // What is known first is known to the first answer, too.
  const round = seen.now === null ? seen.round : seen.round + 1;
  setSeen({ now, round });
  return round;
}
