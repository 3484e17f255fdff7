'use client';

import { useCallback } from 'react';
import { useTranslations } from 'use-intl/react';
import { Chart } from '../charts/chart.tsx';
import type { ChartFrame } from '../charts/chart-theme.ts';
import { bucketMinutes, dayCurveOptions } from '../charts/day-curve.ts';
import { useFormats } from '../format/format-provider.tsx';
import { useFiltered } from './board-filter.ts';
import styles from './curve-panel.module.css';
import { CurveTable } from './curve-table.tsx';
import { Panel } from './panel.tsx';
import { useSaleDay } from './sale-day.tsx';
import { todayCurveView } from './sale-views.ts';
import { useBox } from './use-box.ts';

/** The day's course by minute, with the comparison day behind it. */
export function CurvePanel(props: { readonly className?: string }) {
  const t = useTranslations('curve');
  const { figures, clock } = useFormats();
  const { today, comparison, closed, begun } = useSaleDay();
  const spec = useFiltered(todayCurveView);
  const [area, box] = useBox();
  const size = bucketMinutes(box?.width ?? 0);
  const comparisonName = comparison ? clock.date(comparison.startMs) : '';
  const build = useCallback(
    (frame: ChartFrame) =>
      today
        ? dayCurveOptions(
            {
              today,
              comparison,
              closed,
              begun,
              label: { today: t('today'), comparison: comparisonName, open: t('open') },
              money: (minor) => figures.compact('money', minor),
              roundMoney: figures.roundMoney,
              clock: (minute) => clock.minute(today.startMs + minute * 60_000),
            },
            frame,
          )
        : {},
    [today, comparison, closed, begun, comparisonName, t, figures, clock],
  );
  return (
    <Panel
      className={props.className}
      title={t('title')}
      note={size > 1 ? t('mean', { minutes: size }) : undefined}
      state={today ? 'ready' : 'loading'}
      view={spec}
      tools={
        <ul className={styles.legend}>
          <li className={styles.today}>{t('today')}</li>
          <li className={styles.open}>{t('open')}</li>
          {comparison && <li className={styles.comparison}>{comparisonName}</li>}
        </ul>
      }
    >
      <div ref={area} className={styles.area}>
        <Chart build={build} label={t('label')} />
      </div>
      <CurveTable />
    </Panel>
  );
}
