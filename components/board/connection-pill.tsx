'use client';

import Link from 'next/link';
import { useTranslations } from 'use-intl/react';
import { useFormats } from '../format/format-provider.tsx';
import { type ConnectionState, isDimmed } from '../live/connection.ts';
import { useConnection, useDataTo, useStatus } from '../live/use-live.ts';
import { useSaid } from '../messages/use-said.ts';
import styles from './connection-pill.module.css';
import { usePageHref } from './url-state.ts';

/** Its problem is what keeps the screen from being live, and is said in the same breath. */
const explainedByProblem: ReadonlySet<ConnectionState> = new Set(['stalled', 'failed', 'interrupted']);

/** Why the screen is as it is, in a sentence or two. */
function useCause(): string {
  const t = useTranslations();
  const { figures, clock, quantities } = useFormats();
  const state = useConnection();
  const status = useStatus();
  const dataToMs = useDataTo();
  const said = useSaid();
  const count = (value: number | undefined) => figures.full('count', Math.round(value ?? 0));
  const cause = t(`cause.${state}`, {
    time: dataToMs === null ? t('cause.unknownTime') : clock.time(dataToMs),
    events: count(status?.eventsPerSecond),
    lag: quantities.duration(status?.lagMs ?? null),
    records: count(status?.stream?.lagRecords),
    age: quantities.duration(status?.stream?.lagMs ?? null),
  });
  return status?.problem && explainedByProblem.has(state) ? `${cause} ${said(status.problem)}` : cause;
}

/**
 * Whether figures are live, in a word; the cause on hover, and beside it when they are not. It leads to the page that
 * says more, unless that is `here`.
 */
export function ConnectionPill({ here = false }: { readonly here?: boolean }) {
  const t = useTranslations();
  const { quantities } = useFormats();
  const hrefOf = usePageHref();
  const state = useConnection();
  const behindMs = useStatus()?.stream?.lagMs ?? null;
  const shared = {
    className: styles.pill,
    'data-state': state,
    'data-testid': 'connection',
    title: useCause(),
  };
  const content = (
    <>
      <span className={styles.dot} aria-hidden="true" />
      <span role="status">{t(`connection.${state}`)}</span>
      {state === 'behind' && <span aria-hidden="true">{quantities.duration(behindMs)}</span>}
    </>
  );
  if (here) return <span {...shared}>{content}</span>;
  return (
    <Link {...shared} href={hrefOf('/ops')} prefetch={false}>
      {content}
      <span className="visually-hidden">, {t('ops.link')}</span>
    </Link>
  );
}

/** The cause in a line of its own, as long as figures may be older than they look. */
export function ConnectionCause() {
  const cause = useCause();
  if (!isDimmed(useConnection())) return null;
  return (
    <p className={styles.cause} role="alert">
      {cause}
    </p>
  );
}
