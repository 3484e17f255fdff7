'use client';

import { useTranslations } from 'use-intl/react';
import { useFormats } from '../format/format-provider.tsx';
import { useStatus } from '../live/use-live.ts';
import { useSaid } from '../messages/use-said.ts';
import styles from './replay-banner.module.css';

/** How far the replay of history is; gone when it is done. */
export function ReplayBanner() {
  const t = useTranslations('replay');
  const said = useSaid();
  const { figures } = useFormats();
  const replay = useStatus()?.replay ?? null;
  if (!replay || replay.state === 'done') return null;
  const { label, state, rowsDone, rowsTotal, daysDone, daysTotal, error } = replay;
  const count = (value: number) => figures.full('count', value);
  return (
    <div className={styles.banner} data-state={state} role={state === 'failed' ? 'alert' : undefined}>
      <span className={styles.label}>{t(state, { label: said(label) })}</span>
      {state === 'failed' ? (
        <span>{error !== null && said(error)}</span>
      ) : (
        <>
          <progress
            className={styles.progress}
            value={rowsTotal > 0 ? rowsDone : undefined}
            max={rowsTotal > 0 ? rowsTotal : undefined}
            aria-label={t(state, { label: said(label) })}
          />
          <span className={styles.numbers}>
            {t('rows', { done: count(rowsDone), total: count(rowsTotal) })}
            {daysTotal > 0 && ` · ${t('days', { done: count(daysDone), total: count(daysTotal) })}`}
          </span>
        </>
      )}
    </div>
  );
}
