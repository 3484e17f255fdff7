'use client';

import { useTranslations } from 'use-intl/react';
import { useFiltered } from '../board/board-filter.ts';
import { Panel } from '../board/panel.tsx';
import { Ranking } from '../board/ranking.tsx';
import { type RankingDimension, rankingView } from '../board/sale-views.ts';
import { useBox } from '../board/use-box.ts';
import { useView } from '../live/use-live.ts';
import styles from './wall.module.css';
import { rowsThatFit } from './wall-shape.ts';

/** Height of a row in em of the ranking's type: its lines, its bar and the gap after it. */
const ROW_EM = 2.05;

/** A ranking by GMV with as many rows as the screen has room for. */
export function WallRanking(props: { readonly dimension: RankingDimension; readonly className?: string }) {
  const t = useTranslations('ranking');
  const [ref, box] = useBox();
  const spec = useFiltered(rankingView(props.dimension, 'gmv'));
  const view = useView(spec);
  const rows = box ? rowsThatFit(box.height, ROW_EM * box.fontPx, 10) : 0;
  return (
    <Panel
      className={props.className}
      title={t(props.dimension)}
      state={!view ? 'loading' : view.rows.length === 0 ? 'empty' : 'ready'}
      view={spec}
    >
      <div ref={ref} className={styles.rows}>
        {view && rows > 0 && <Ranking view={view} unit="money" most={rows} />}
      </div>
    </Panel>
  );
}
