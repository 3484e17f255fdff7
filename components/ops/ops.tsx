'use client';

import { useTranslations } from 'use-intl/react';
import { ConnectionCause } from '../board/connection-pill.tsx';
import { PageFrame } from '../board/page-frame.tsx';
import { PageRoot } from '../board/page-root.tsx';
import { ReplayBanner } from '../board/replay-banner.tsx';
import type { Language } from '../format/language.ts';
import { useConnection, useStatus, useStatusWithPartitions } from '../live/use-live.ts';
import { useSaid } from '../messages/use-said.ts';
import { About } from './about.tsx';
import { CheckpointCard } from './checkpoint-card.tsx';
import { LateDaysCard } from './late-days-card.tsx';
import { NotesCard } from './notes-card.tsx';
import styles from './ops.module.css';
import { ParityCard } from './parity-card.tsx';
import { PartitionsCard } from './partitions-card.tsx';
import { RowsCard } from './rows-card.tsx';
import { ThreadsCard } from './threads-card.tsx';
import { Vitals } from './vitals.tsx';

/** How the engine is, for whoever keeps it running. Nothing here is a figure of the sale. */
export function Ops(props: { readonly preferred: Language }) {
  return (
    <PageRoot preferred={props.preferred}>
      <Engine />
    </PageRoot>
  );
}

function Engine() {
  const t = useTranslations();
  const connection = useConnection();
  const status = useStatusWithPartitions();
  const old = connection === 'reconnecting' || connection === 'stale';
  return (
    <PageFrame title={t('ops.title')} here>
      <main className={styles.body}>
        <ConnectionCause />
        <Problem />
        <ReplayBanner />
        {status === null ? (
          <div className={styles.skeleton}>
            <span className="visually-hidden">{t('loading')}</span>
          </div>
        ) : (
          <div className={styles.cards} data-dimmed={old}>
            <Vitals status={status} />
            <div className={styles.wide}>
              <PartitionsCard status={status} />
              <RowsCard status={status} />
            </div>
            <div className={styles.side}>
              <CheckpointCard status={status} />
              <ParityCard parity={status.parity} />
              <ThreadsCard threads={status.threads} />
              {status.stream && <LateDaysCard days={status.stream.lateDays} />}
              {status.stream && <NotesCard notes={status.stream.notes} />}
            </div>
          </div>
        )}
      </main>
      <About status={status} />
    </PageFrame>
  );
}

/** What is wrong though figures go on, such as a checkpoint that can't be written. */
function Problem() {
  const t = useTranslations('ops');
  const state = useConnection();
  const problem = useStatus()?.problem;
  const said = useSaid();
  if (!problem || !(state === 'live' || state === 'catching_up' || state === 'behind' || state === 'quiet'))
    return null;
  return (
    <p className={styles.problem} role="alert">
      <b>{t('problem')}</b> {said(problem)}
    </p>
  );
}
