'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl/react';
import type { DatasetSummary } from '../../../engine/protocol/datasets.ts';
import type { JobDraft, JobSummary } from '../../../engine/protocol/jobs.ts';
import { useSession } from '../../access/session-provider.tsx';
import { usePageHref } from '../../board/url-state.ts';
import { useSaid } from '../../messages/use-said.ts';
import { DatasetChoice } from './dataset-choice.tsx';
import { spansOfDays } from './day-spans.ts';
import { DraftManner } from './draft-manner.tsx';
import { DraftMetrics } from './draft-metrics.tsx';
import { DraftSpans } from './draft-spans.tsx';
import { EstimateFacts, EstimateNotes } from './estimate-facts.tsx';
import styles from './form.module.css';
import { usePlanAddress } from './plan-address.ts';
import { type EstimateState, useEstimate } from './use-estimate.ts';

/** What an operator asks for; what it would take is said before the button. */
export function DraftForm(props: {
  /** The one that is shown; null before any is known. */
  readonly dataset: string | null;
  readonly datasets: readonly DatasetSummary[];
}) {
  const { dataset, datasets } = props;
  const t = useTranslations('draft');
  const id = useId();
  const { session, isOperator, change, askToSignIn } = useSession();
  const [{ days, metrics }, setAddress] = usePlanAddress();
  const draft = useDraft(dataset);
  const estimating = useEstimate(isOperator ? draft : null);
  const { estimate, isCurrent } = estimating;
  const said = useSaid();
  const [submitting, setSubmitting] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const router = useRouter();
  const hrefOf = usePageHref();
  const reason = useReason({ dataset, draft, estimating });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (reason !== null || submitting || !estimate) return;
    setSubmitting(true);
    setRefused(null);
    try {
      const body = { draft, estimate: estimate.fingerprint };
      const { id: job } = await change<JobSummary>('/api/jobs', body);
      router.push(hrefOf(`/backfill/${job}`));
    } catch (error) {
      setRefused(error instanceof Error ? error.message : String(error));
      // Files may have changed since: what is said next is of those that are there.
      estimating.again();
      setSubmitting(false);
    }
  };

  return (
    <form className={styles.form} aria-labelledby={`${id}title`} onSubmit={submit} data-testid="draft">
      <h2 id={`${id}title`}>{t('title')}</h2>
      <fieldset className={styles.all} disabled={!isOperator || submitting}>
        <DatasetChoice dataset={dataset} datasets={datasets} />
        <DraftSpans days={days} choose={(chosen) => void setAddress({ days: chosen })} />
        <DraftMetrics metrics={metrics} choose={(chosen) => void setAddress({ metrics: chosen })} />
        <DraftManner />
      </fieldset>
      {isOperator && estimate && (
        <>
          <EstimateFacts estimate={estimate} old={!isCurrent} />
          <EstimateNotes estimate={estimate} />
        </>
      )}
      {refused !== null && (
        <p className={styles.problem} role="alert">
          {t('refused', { reason: said(refused) })}
        </p>
      )}
      {session && !isOperator ? (
        <button type="button" className={styles.submit} onClick={askToSignIn}>
          {t('signIn')}
        </button>
      ) : (
        <button
          type="submit"
          className={styles.submit}
          aria-disabled={reason !== null || submitting}
          aria-describedby={`${id}reason`}
        >
          {t('submit')}
        </button>
      )}
      <p id={`${id}reason`} className={styles.reason} role="status">
        {reason}
      </p>
    </form>
  );
}

/** The draft as the form stands; null while it can't be one. */
function useDraft(dataset: string | null): JobDraft | null {
  const [{ days, metrics, when, threads, auto }] = usePlanAddress();
  if (dataset === null || days.length === 0 || metrics?.length === 0) return null;
  return {
    dataset,
    spans: spansOfDays(days),
    metrics,
    when,
    parallelism: threads,
    approval: auto === null ? { kind: 'manual' } : { kind: 'auto', upToPermille: auto },
  };
}

/** Why the draft can't be submitted now; null where it can. */
function useReason(facts: {
  readonly dataset: string | null;
  readonly draft: JobDraft | null;
  readonly estimating: EstimateState;
}): string | null {
  const { dataset, draft, estimating } = facts;
  const t = useTranslations('draft.off');
  const said = useSaid();
  const { session, isOperator } = useSession();
  const [{ days, metrics }] = usePlanAddress();
  const { estimate, isCurrent, problem } = estimating;
  if (!session) return t('unknown');
  if (!isOperator) return t('viewer');
  if (dataset === null) return t('noDataset');
  if (days.length === 0) return t('noDays');
  if (metrics?.length === 0) return t('noMetrics');
  if (problem !== null) return t('noEstimate', { reason: said(problem) });
  if (draft === null || estimate === null || !isCurrent) return t('estimating');
  if (estimate.refusal !== null) return said(estimate.refusal);
  return estimate.units === 0 ? t('noUnits') : null;
}
