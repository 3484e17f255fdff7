'use client';

import { useTranslations } from 'use-intl/react';
import type { Unit } from '../format/figure-format.ts';
import { useFormats } from '../format/format-provider.tsx';
import { useInfo, useRefusal, useReplaying, useView } from '../live/use-live.ts';
import { useFiltered } from './board-filter.ts';
import type { ComparedMetric } from './elapsed-comparison.ts';
import styles from './kpi.module.css';
import { KpiTile } from './kpi-tile.tsx';
import { totalView } from './sale-views.ts';

const tiles: readonly { readonly metric: ComparedMetric; readonly unit: Unit; readonly neutral?: boolean }[] =
  [
    { metric: 'orders', unit: 'count' },
    { metric: 'buyers', unit: 'count' },
    { metric: 'aov', unit: 'money' },
    { metric: 'refund_rate', unit: 'ratio', neutral: true },
    { metric: 'payment_success_rate', unit: 'ratio' },
  ];

/** The five figures beside the headline. */
export function KpiRow() {
  const t = useTranslations();
  const { language } = useFormats();
  const info = useInfo();
  const spec = useFiltered(totalView);
  const view = useView(spec);
  const refused = useRefusal(spec) !== null;
  const replaying = useReplaying(spec);
  const figures = view?.rows[0]?.slice(1) as (number | null)[] | undefined;
  return (
    <ul className={styles.row} aria-label={t('headline.today')} data-replaying={replaying}>
      {tiles.map((tile) => (
        <KpiTile
          key={tile.metric}
          {...tile}
          title={info?.metrics.find((metric) => metric.name === tile.metric)?.title[language] ?? ''}
          value={
            figures ? (figures[totalView.metrics.indexOf(tile.metric)] ?? null) : refused ? null : undefined
          }
          epoch={view?.epoch ?? 0}
        />
      ))}
    </ul>
  );
}
