'use client';

import Link from 'next/link';
import { Fragment } from 'react';
import { useTranslations } from 'use-intl/react';
import type { ParityStatus } from '../../engine/protocol/parity.ts';
import { useFormats } from '../format/format-provider.tsx';
import { useInfo, useStatus } from '../live/use-live.ts';
import { useSaid } from '../messages/use-said.ts';
import { figureData } from './figure.tsx';
import styles from './row-accounting.module.css';
import { usePageHref } from './url-state.ts';

/** Where those rows are looked at. */
const pages: Readonly<Partial<Record<Counted, string>>> = {
  rejected: '/dead-letters',
  conflicts: '/dead-letters?reason=conflict',
  late: '/ops',
};
const fates = ['applied', 'duplicates', 'conflicts', 'late', 'rejected'] as const;
type Counted = 'rows' | (typeof fates)[number];

/** What became of every row: the parts add up to the rows. And which run of which version says so. */
export function RowAccounting() {
  const t = useTranslations('footer');
  const { figures, clock } = useFormats();
  const status = useStatus();
  const info = useInfo();
  const said = useSaid();
  const hrefOf = usePageHref();
  if (!status) return <footer className={styles.footer}>&nbsp;</footer>;
  const { counts, epoch, stream, problem } = status;
  const reasons = Object.entries(counts.rejectedBy).sort(([, a], [, b]) => b - a);
  const rejects = reasons.map(([reason, rows]) => `${reason} ${figures.full('count', rows)}`).join(', ');
  const lateDays = (stream?.lateDays ?? []).map(
    ({ day, events }) => `${clock.labelled(day)} (${figures.full('count', events)})`,
  );
  const titles: Readonly<Partial<Record<Counted, string>>> = {
    rejected: rejects || t('noRejects'),
    ...(lateDays.length > 0 && { late: t('lateDays', { days: lateDays.join(', ') }) }),
  };
  const count = (name: Counted) => (
    <span
      className={styles.count}
      title={titles[name]}
      data-amiss={name === 'late' && lateDays.length > 0 ? true : undefined}
    >
      {pages[name] ? (
        <Link className={styles.link} href={hrefOf(pages[name])} prefetch={false}>
          {t(name)}
        </Link>
      ) : (
        t(name)
      )}{' '}
      <b {...figureData({ metric: `rows.${name}`, value: counts[name], epoch })}>
        {figures.full('count', counts[name])}
      </b>
    </span>
  );
  return (
    <footer className={styles.footer}>
      <p className={styles.line}>
        <span className="visually-hidden">{t('accounting')}</span>
        {count('rows')}
        {fates.map((fate, i) => (
          <Fragment key={fate}>
            <span className={styles.sign}>{i === 0 ? '=' : '+'}</span>
            {count(fate)}
          </Fragment>
        ))}
      </p>
      <p className={styles.line}>
        {problem && (
          <span className={styles.count} title={said(problem)} data-amiss>
            <Link className={styles.link} href={hrefOf('/ops')} prefetch={false}>
              {t('problem')}
            </Link>
          </span>
        )}
        <Parity parity={status.parity} />
        <span>
          {t('source')} {said(status.source)}
        </span>
        <span>
          {t('rate')} <b>{figures.full('count', Math.round(status.eventsPerSecond))}</b>
        </span>
        <span>
          {t('epoch')} <b>{figures.full('count', epoch)}</b>
        </span>
        {status.restarts > 0 && (
          <span>
            {t('restarts')} <b>{status.restarts}</b>
          </span>
        )}
        {info && (
          <span>
            {t('version')} {info.version}
          </span>
        )}
      </p>
    </footer>
  );
}

/** Whether live equals the replay of what it consumed; nothing before the first comparison. */
function Parity({ parity }: { readonly parity: ParityStatus | null }) {
  const t = useTranslations('footer.parity');
  const said = useSaid();
  const { clock } = useFormats();
  const hrefOf = usePageHref();
  if (!parity || parity.state === 'waiting') return null;
  const { state, throughMs } = parity;
  return (
    <span
      className={styles.count}
      data-parity={state}
      data-amiss={state === 'different' ? true : undefined}
      title={parity.problem === null ? undefined : said(parity.problem)}
    >
      <Link className={styles.link} href={hrefOf('/ops')} prefetch={false}>
        {t(state, { time: throughMs === null ? '–' : clock.minute(throughMs) })}
      </Link>
    </span>
  );
}
