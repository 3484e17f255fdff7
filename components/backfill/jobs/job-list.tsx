'use client';

import Link from 'next/link';
import { useTranslations } from 'use-intl/react';
import type { JobSummary } from '../../../engine/protocol/jobs.ts';
import { usePageHref } from '../../board/url-state.ts';
import { useInstant } from '../../dead-letters/use-instant.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useJobs } from '../../live/use-live.ts';
import { useSaid } from '../../messages/use-said.ts';
import { Card } from '../../ops/card.tsx';
import { useMetrics } from '../compare/use-metrics.ts';
import styles from './job-list.module.css';
import { JobStatePill } from './job-state.tsx';
import { allUnits } from './unit-kind.ts';
import { UnitsBar } from './units-bar.tsx';
import { useDaysText } from './use-days-text.ts';

/** All backfills, the newest first, as they go. Its page needs the texts of job-messages.ts. */
export function JobList() {
  const t = useTranslations('jobs');
  const words = useTranslations();
  const jobs = useJobs();
  return (
    <Card title={t('list')}>
      {jobs === null ? (
        <div className={styles.skeleton}>
          <span className="visually-hidden">{words('loading')}</span>
        </div>
      ) : jobs.length === 0 ? (
        <p className={styles.none}>{t('none')}</p>
      ) : (
        <div className={styles.list}>
          <table className={styles.table}>
            <thead>
              <tr>
                {(['what', 'state', 'progress', 'by', 'when'] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(`columns.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {jobs.map((job) => (
                <JobRow key={job.id} job={job} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function JobRow({ job }: { readonly job: JobSummary }) {
  const t = useTranslations('jobs');
  const { figures } = useFormats();
  const instant = useInstant({ short: true });
  const whole = useInstant();
  const said = useSaid();
  const days = useDaysText();
  const hrefOf = usePageHref();
  const { titleOf } = useMetrics();
  const { id, draft, state, units, createdBy, createdAtMs, problem } = job;
  const count = (value: number) => figures.full('count', value);
  return (
    <tr data-job={id} data-state={state}>
      <th scope="row" className={styles.what}>
        <Link href={hrefOf(`/backfill/${encodeURIComponent(id)}`)}>{days.spans(draft.spans)}</Link>
        <span className={styles.detail}>
          {draft.dataset}
          {draft.metrics && ` · ${draft.metrics.map(titleOf).join(', ')}`}
        </span>
      </th>
      <td className={styles.state} title={problem === null ? undefined : said(problem)}>
        <JobStatePill state={state} />
      </td>
      <td className={styles.progress}>
        <UnitsBar units={units} />
        <span className={styles.count}>
          {t('of', { done: count(units.done), total: days.count(allUnits(units)) })}
          {units.failed > 0 && (
            <b className={styles.failed}>
              {' '}
              · {t('unit.failed')} {count(units.failed)}
            </b>
          )}
        </span>
      </td>
      <td className={styles.by}>{createdBy}</td>
      <td className={styles.when} title={whole(createdAtMs)}>
        {instant(createdAtMs)}
      </td>
    </tr>
  );
}
