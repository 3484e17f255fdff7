'use client';

import { useTranslations } from 'use-intl/react';
import { useFormats } from '../format/format-provider.tsx';
import { isDimmed } from '../live/connection.ts';
import { useConnection, useDataTo, useStatus } from '../live/use-live.ts';
import styles from './connection-pill.module.css';

/** Whether figures are live, in a word; the cause on hover, and beside it when they are not. */
export function ConnectionPill() {
  const t = useTranslations();
  const { figures, clock } = useFormats();
  const state = useConnection();
  const status = useStatus();
  const dataToMs = useDataTo();
  const cause = t(`cause.${state}`, {
    time: dataToMs === null ? t('cause.unknownTime') : clock.time(dataToMs),
    events: figures.full('count', Math.round(status?.eventsPerSecond ?? 0)),
    lag: status?.lagMs == null ? '–' : `${figures.full('count', Math.round(status.lagMs))} ms`,
  });
  const explained =
    status?.problem && (state === 'stalled' || state === 'failed') ? `${cause} ${status.problem}` : cause;
  return (
    <span className={styles.pill} data-state={state} data-testid="connection" title={explained}>
      <span className={styles.dot} aria-hidden="true" />
      <span role="status">{t(`connection.${state}`)}</span>
    </span>
  );
}

/** The cause in a line of its own, as long as figures may be older than they look. */
export function ConnectionCause() {
  const t = useTranslations();
  const { clock } = useFormats();
  const state = useConnection();
  const status = useStatus();
  const dataToMs = useDataTo();
  if (!isDimmed(state)) return null;
  const time = dataToMs === null ? t('cause.unknownTime') : clock.time(dataToMs);
  return (
    <p className={styles.cause} role="alert">
      {t(`cause.${state}`, { time })} {state === 'stalled' || state === 'failed' ? status?.problem : null}
    </p>
  );
}
