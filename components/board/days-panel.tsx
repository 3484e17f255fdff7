'use client';

import { useTranslations } from 'use-intl/react';
import { useFormats } from '../format/format-provider.tsx';
import { useView } from '../live/use-live.ts';
import { useFiltered } from './board-filter.ts';
import styles from './days-panel.module.css';
import { Figure } from './figure.tsx';
import { Panel } from './panel.tsx';
import { RestatedMark } from './restated-mark.tsx';
import { daysView } from './sale-views.ts';

/** The seven days before, and today so far. */
export function DaysPanel(props: { readonly className?: string }) {
  const t = useTranslations('days');
  const { clock } = useFormats();
  const spec = useFiltered(daysView);
  const combined = Object.keys(spec.filter ?? {}).length > 1;
  const view = useView(combined ? null : spec);
  const rows = view?.rows ?? [];
  const top = Math.max(...rows.map((row) => row[1] ?? 0), 1);
  return (
    <Panel
      className={props.className}
      title={t('title')}
      note={view && <RestatedMark days={view.meta.restatedDays} />}
      state={combined ? 'not_kept' : !view ? 'loading' : rows.length === 0 ? 'empty' : 'ready'}
      view={spec}
    >
      <ol className={styles.days}>
        {rows.map(([key, value], i) => {
          const isToday = i === rows.length - 1;
          const startMs = Number(key);
          return (
            <li key={startMs} className={`${styles.day} ${isToday ? styles.today : ''}`}>
              <span className={styles.name}>
                <span className={styles.weekday}>{isToday ? t('today') : clock.weekday(startMs)}</span>
                <span className={styles.date}>{clock.shortDay(startMs)}</span>
              </span>
              <Figure
                className={styles.value}
                unit="money"
                metric="gmv"
                dimension="day"
                rowKey={key}
                value={value ?? null}
                epoch={view?.epoch ?? 0}
              />
              <span className={styles.track} aria-hidden="true">
                <span
                  className={styles.bar}
                  style={{ transform: `scaleX(${Math.max(0, (value ?? 0) / top)})` }}
                />
              </span>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
