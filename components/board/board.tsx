'use client';

import { useTranslations } from 'use-intl/react';
import type { Language } from '../format/language.ts';
import { isDimmed } from '../live/connection.ts';
import { useConnection } from '../live/use-live.ts';
import styles from './board.module.css';
import { BoardHeader } from './board-header.tsx';
import { BoardRoot } from './board-root.tsx';
import { ConnectionCause } from './connection-pill.tsx';
import { CurvePanel } from './curve-panel.tsx';
import { DaysPanel } from './days-panel.tsx';
import { FilterBar } from './filter-bar.tsx';
import { Headline } from './headline.tsx';
import { KpiRow } from './kpi-row.tsx';
import { MapPanel } from './map-panel.tsx';
import { RankingPanel } from './ranking-panel.tsx';
import { ReplayBanner } from './replay-banner.tsx';
import { RowAccounting } from './row-accounting.tsx';
import { SharePanel } from './share-panel.tsx';
import { SpokenHeadline } from './spoken-headline.tsx';
import { useNewerVersion } from './use-newer-version.ts';

/** The live board. */
export function Board(props: { readonly preferred: Language }) {
  return (
    <BoardRoot preferred={props.preferred}>
      <Tiles />
    </BoardRoot>
  );
}

function Tiles() {
  const dimmed = isDimmed(useConnection());
  return (
    <div className={styles.board} data-dimmed={dimmed}>
      <div className={styles.top}>
        <BoardHeader />
        <FilterBar />
        <ConnectionCause />
        <NewerVersion />
        <ReplayBanner />
      </div>
      <main className={styles.grid}>
        <div className={styles.headline}>
          <Headline />
        </div>
        <div className={styles.kpis}>
          <KpiRow />
        </div>
        <CurvePanel className={styles.curve} />
        <RankingPanel className={styles.category} dimension="category" />
        <RankingPanel className={styles.product} dimension="product" />
        <SharePanel className={styles.channel} dimension="channel" />
        <SharePanel className={styles.payment} dimension="payment_method" />
        <MapPanel className={styles.map} />
        <DaysPanel className={styles.days} />
      </main>
      <div className={styles.footer}>
        <RowAccounting />
      </div>
      <SpokenHeadline />
    </div>
  );
}

function NewerVersion() {
  const t = useTranslations('newer');
  if (!useNewerVersion()) return null;
  return (
    <p className={styles.newer} role="status">
      {t('text')}{' '}
      <button type="button" onClick={() => location.reload()}>
        {t('reload')}
      </button>
    </p>
  );
}
