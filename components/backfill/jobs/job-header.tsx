'use client';

import { useTranslations } from 'use-intl/react';
import { useInstant } from '../../dead-letters/use-instant.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useSaid } from '../../messages/use-said.ts';
import cards from '../../ops/card.module.css';
import { Fact } from '../../ops/card.tsx';
import { useMetrics } from '../compare/use-metrics.ts';
import { JobActions, type JobActionsProps } from './job-actions.tsx';
import styles from './job-header.module.css';
import { JobStatePill } from './job-state.tsx';
import { useDaysText } from './use-days-text.ts';

/** What the job is, how it stands, who started it, and what may be done to it. */
export function JobHeader(props: JobActionsProps) {
  const t = useTranslations('jobs');
  const { figures } = useFormats();
  const instant = useInstant();
  const said = useSaid();
  const days = useDaysText();
  const { titleOf } = useMetrics();
  const { summary } = props;
  const { draft, state, problem, estimate } = summary;
  const left = estimate.left.map(({ day, why }) => `${days.list([day])} (${t(`leftWhy.${why}`)})`);
  return (
    <section className={`${cards.card} ${styles.header}`} data-job={summary.id} data-state={state}>
      <div className={styles.state}>
        <JobStatePill state={state} />
        <span className={styles.means}>{t(`means.${state}`)}</span>
      </div>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {said(problem)}
        </p>
      )}
      <JobActions {...props} />
      <dl className={cards.facts}>
        <Fact name={t('fact.dataset')}>{draft.dataset}</Fact>
        <Fact name={t('fact.days')}>{days.count(estimate.units)}</Fact>
        <Fact name={t('fact.metrics')}>{draft.metrics?.map(titleOf).join(', ') ?? t('allMetrics')}</Fact>
        <Fact name={t('fact.when')}>{t(`whens.${draft.when}`)}</Fact>
        <Fact name={t('fact.threads')}>{figures.full('count', draft.parallelism)}</Fact>
        <Fact name={t('fact.approval')}>
          {draft.approval.kind === 'manual'
            ? t('approvals.manual')
            : draft.approval.upToPermille === 0
              ? t('approvals.same')
              : t('approvals.auto', { share: figures.full('ratio', draft.approval.upToPermille / 1000) })}
        </Fact>
        <Fact name={t('fact.by')}>{summary.createdBy}</Fact>
        <Fact name={t('fact.created')}>{instant(summary.createdAtMs)}</Fact>
        <Fact name={t('fact.started')}>
          {summary.startedAtMs === null ? t('unknown') : instant(summary.startedAtMs)}
        </Fact>
        <Fact name={t('fact.changed')}>{instant(summary.changedAtMs)}</Fact>
      </dl>
      {left.length > 0 && (
        <p className={styles.left}>
          {t('left', { days: left.slice(0, 4).join(', ') + (left.length > 4 ? ' …' : '') })}
        </p>
      )}
    </section>
  );
}
