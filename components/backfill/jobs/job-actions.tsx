'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl/react';
import type { JobAction, JobSummary } from '../../../engine/protocol/jobs.ts';
import { useSession } from '../../access/session-provider.tsx';
import { useSaid } from '../../messages/use-said.ts';
import buttons from './confirm-dialog.module.css';
import { type Choice, ConfirmDialog } from './confirm-dialog.tsx';
import styles from './job-actions.module.css';
import { allUnits } from './unit-kind.ts';
import { useDaysText } from './use-days-text.ts';
import type { JobActing } from './use-job-action.ts';

/** Actions in the order of their buttons; `stop` is a choice of what `cancel` asks. */
const SHOWN: readonly JobAction[] = [
  'approve',
  'resume',
  'pause',
  'retry',
  'compare',
  'discard',
  'undo',
  'cancel',
];
const ASKED: ReadonlySet<JobAction> = new Set(['approve', 'discard', 'undo', 'cancel']);

export interface JobActionsProps {
  readonly summary: JobSummary;
  readonly acting: JobActing;
  /** What an approval names and does, in words; null where nothing can be approved (yet). */
  readonly approval: { readonly fingerprint: string; readonly effect: string } | null;
}

/** What may be done to the job now. Whatever can't be taken back, or changes what all see, is asked before. */
export function JobActions({ summary, acting, approval }: JobActionsProps) {
  const t = useTranslations('jobs');
  const { session, isOperator, askToSignIn } = useSession();
  const said = useSaid();
  const [asked, setAsked] = useState<JobAction | null>(null);
  const { actions } = summary;
  const { act, busy, problem } = acting;
  const can = (action: JobAction) =>
    actions.includes(action) || (action === 'cancel' && actions.includes('stop'));
  const shown = SHOWN.filter(can);
  if (session && !isOperator && shown.length > 0)
    return (
      <p className={styles.viewer}>
        <button type="button" className={buttons.button} onClick={askToSignIn}>
          {t('actions.viewer')}
        </button>
      </p>
    );
  return (
    <div className={styles.actions}>
      {approval && can('approve') && <p className={styles.effect}>{approval.effect}</p>}
      <fieldset className={styles.row}>
        <legend className="visually-hidden">{t('actions.label')}</legend>
        {shown.map((action) => (
          <button
            key={action}
            type="button"
            className={buttons.button}
            data-action={action}
            data-main={action === 'approve' || action === 'resume'}
            disabled={!isOperator || (action === 'approve' && approval === null)}
            // Not disabled meanwhile: that would take the focus away.
            aria-disabled={busy !== null}
            onClick={() => {
              if (busy !== null) return;
              if (ASKED.has(action)) setAsked(action);
              else void act(action);
            }}
          >
            {t(`actions.${action}`)}
            {ASKED.has(action) && ' …'}
          </button>
        ))}
      </fieldset>
      <p className={styles.busy} role="status">
        {busy && t('actions.sent')}
      </p>
      {problem && (
        <p className={styles.problem} role="alert" data-code={problem.code}>
          {t('actions.failed', { reason: said(problem.text) })}
        </p>
      )}
      {asked && can(asked) && (
        <Asked
          action={asked}
          summary={summary}
          acting={acting}
          approval={approval}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}

function Asked(props: JobActionsProps & { readonly action: JobAction; onClose(): void }) {
  const { action, summary, acting, approval, onClose } = props;
  const t = useTranslations('jobs.ask');
  const days = useDaysText();
  const { act } = acting;
  const choice = (name: JobAction, text: string, more: Partial<Choice> = {}): Choice => {
    return { name, text, destructive: true, choose: () => void act(name), ...more };
  };
  if (action === 'cancel') {
    const drop = choice('cancel', t('cancelDrop'), { note: t('cancelDropText') });
    const stop = choice('stop', t('cancelStop'), { note: t('cancelStopText') });
    const choices = [drop, stop].filter(({ name }) => summary.actions.includes(name as JobAction));
    return (
      <ConfirmDialog title={t('cancelTitle')} choices={choices} onClose={onClose}>
        <p>{t('cancelText')}</p>
      </ConfirmDialog>
    );
  }
  if (action === 'approve') {
    if (!approval) return null;
    const approve = () => void act('approve', approval.fingerprint);
    const choices = [choice('approve', t('approve'), { destructive: false, choose: approve })];
    return (
      <ConfirmDialog title={t('approveTitle')} choices={choices} onClose={onClose}>
        <p>{t('approveText', { what: approval.effect })}</p>
      </ConfirmDialog>
    );
  }
  const name = action === 'undo' ? 'undo' : 'discard';
  return (
    <ConfirmDialog title={t(`${name}Title`)} choices={[choice(name, t(name))]} onClose={onClose}>
      <p>{t(`${name}Text`, { days: days.count(allUnits(summary.units)) })}</p>
    </ConfirmDialog>
  );
}
