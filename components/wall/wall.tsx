'use client';

import { useTranslations } from 'use-intl/react';
import { DayLine } from '../board/board-header.tsx';
import { BoardRoot } from '../board/board-root.tsx';
import { ConnectionCause, ConnectionPill } from '../board/connection-pill.tsx';
import { CurvePanel } from '../board/curve-panel.tsx';
import { FilterBar } from '../board/filter-bar.tsx';
import { Headline } from '../board/headline.tsx';
import { ReplayBanner } from '../board/replay-banner.tsx';
import { useBox } from '../board/use-box.ts';
import type { Language } from '../format/language.ts';
import { isDimmed } from '../live/connection.ts';
import { useConnection } from '../live/use-live.ts';
import { usePixelShift, useReloadOnUpgrade, useRestingPointer, useWakeLock } from './use-unattended.ts';
import styles from './wall.module.css';
import { WallRanking } from './wall-ranking.tsx';
import { wallShape } from './wall-shape.ts';

/** The big display: headline, curve and rankings on any screen, unattended for days. */
export function Wall(props: { readonly preferred: Language }) {
  return (
    <BoardRoot preferred={props.preferred}>
      <Screen />
    </BoardRoot>
  );
}

function Screen() {
  const t = useTranslations();
  const [ref, box] = useBox();
  const dimmed = isDimmed(useConnection());
  const resting = useRestingPointer();
  const { x, y } = usePixelShift();
  useWakeLock();
  useReloadOnUpgrade();
  const shape = box ? wallShape(box.width, box.height) : 'landscape';
  return (
    <div ref={ref} className={styles.screen} data-resting={resting}>
      <div
        className={styles.wall}
        data-shape={shape}
        data-dimmed={dimmed}
        style={{ transform: `translate(${x}px, ${y}px)` }}
      >
        <header className={styles.status}>
          <h1 className="visually-hidden">{t('title')}</h1>
          <DayLine />
          <ConnectionPill />
        </header>
        <div className={styles.notice}>
          <FilterBar fixed />
          <ConnectionCause />
          <ReplayBanner />
        </div>
        <main className={styles.main}>
          <div className={styles.headline}>
            <Headline most={shape === 'wide' ? 0.19 : shape === 'landscape' ? 0.16 : 0.11} />
          </div>
          <CurvePanel className={styles.curve} />
          <WallRanking className={styles.category} dimension="category" />
          <WallRanking className={styles.product} dimension="product" />
        </main>
      </div>
    </div>
  );
}
