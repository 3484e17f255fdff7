'use client';

import Link from 'next/link';
import { useTranslations } from 'use-intl/react';
import { ConnectionCause, ConnectionPill } from '../board/connection-pill.tsx';
import { PageRoot } from '../board/page-root.tsx';
import { LanguageSwitch, ThemeSwitch } from '../board/page-switches.tsx';
import { ReplayBanner } from '../board/replay-banner.tsx';
import { usePageHref } from '../board/url-state.ts';
import type { Language } from '../format/language.ts';
import { useConnection, useStatus, useStatusWithPartitions } from '../live/use-live.ts';
import { About } from './about.tsx';
import { CheckpointCard } from './checkpoint-card.tsx';
import { LateDaysCard } from './late-days-card.tsx';
import { NotesCard } from './notes-card.tsx';
import styles from './ops.module.css';
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
  const hrefOf = usePageHref();
  const connection = useConnection();
  const status = useStatusWithPartitions();
  const old = connection === 'reconnecting' || connection === 'stale';
  return (
    <div className={styles.page} data-dimmed={old}>
      <header className={styles.header}>
        <Link className={styles.back} href={hrefOf('/')}>
          <span aria-hidden="true">←</span> {t('ops.board')}
        </Link>
        <h1 className={styles.title}>{t('ops.title')}</h1>
        <div className={styles.tools}>
          <ConnectionPill here />
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </header>
      <main className={styles.body}>
        <ConnectionCause />
        <Problem />
        <ReplayBanner />
        {status === null ? (
          <div className={styles.skeleton}>
            <span className="visually-hidden">{t('loading')}</span>
          </div>
        ) : (
          <div className={styles.cards}>
            <Vitals status={status} />
            <div className={styles.wide}>
              <PartitionsCard status={status} />
              <RowsCard status={status} />
            </div>
            <div className={styles.side}>
              <CheckpointCard status={status} />
              <ThreadsCard threads={status.threads} />
              {status.stream && <LateDaysCard days={status.stream.lateDays} />}
              {status.stream && <NotesCard notes={status.stream.notes} />}
            </div>
          </div>
        )}
      </main>
      <About status={status} />
    </div>
  );
}

/** What is wrong though figures go on, such as a checkpoint that can't be written. */
function Problem() {
  const t = useTranslations('ops');
  const state = useConnection();
  const problem = useStatus()?.problem;
  if (!problem || !(state === 'live' || state === 'catching_up' || state === 'behind' || state === 'quiet'))
    return null;
  return (
    <p className={styles.problem} role="alert">
      <b>{t('problem')}</b> {problem}
    </p>
  );
}
