'use client';

import { useTranslations } from 'use-intl/react';
import { useView } from '../live/use-live.ts';
import { useFiltered } from './board-filter.ts';
import { Panel } from './panel.tsx';
import { Ranking } from './ranking.tsx';
import { type RankingDimension, type RankingMetric, rankingMetrics, rankingView } from './sale-views.ts';
import { Switch } from './switch.tsx';
import { useBoardState } from './url-state.ts';

/** A ranking with the choice of what to rank by, kept in the URL. */
export function RankingPanel(props: { readonly dimension: RankingDimension; readonly className?: string }) {
  const { dimension } = props;
  const t = useTranslations();
  const [state, setState] = useBoardState();
  const metric: RankingMetric = state[dimension];
  const spec = useFiltered(rankingView(dimension, metric));
  const view = useView(spec);
  return (
    <Panel
      className={props.className}
      title={t(`ranking.${dimension}`)}
      state={!view ? 'loading' : view.rows.length === 0 ? 'empty' : 'ready'}
      view={spec}
      tools={
        <Switch
          label={`${t(`ranking.${dimension}`)}: ${t('ranking.by')}`}
          options={rankingMetrics[dimension].map((name) => ({ value: name, text: t(`metric.${name}`) }))}
          value={metric}
          onChange={(next) => void setState({ [dimension]: next })}
        />
      }
    >
      {view && <Ranking view={view} unit={metric === 'gmv' ? 'money' : 'count'} narrows />}
    </Panel>
  );
}
