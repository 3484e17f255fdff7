'use client';

import Link from 'next/link';
import { useTranslations } from 'use-intl/react';
import type { DatasetSummary } from '../../../engine/protocol/datasets.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useSaid } from '../../messages/use-said.ts';
import { usePlanHref } from '../plan/plan-address.ts';
import { useDatasetAddress } from './dataset-address.ts';
import styles from './datasets.module.css';

/** Each dataset with what its footers say; one of them is looked at below. */
export function DatasetTable(props: {
  readonly datasets: readonly DatasetSummary[];
  readonly shown: string | null;
  readonly asking: boolean;
  readonly refresh: () => void;
}) {
  const { datasets, shown, asking, refresh } = props;
  const t = useTranslations('datasets');
  const { clock } = useFormats();
  const lookedAt = Math.max(...datasets.map(({ lookedAtMs }) => lookedAtMs));
  if (datasets.length === 0) return <p className={styles.quiet}>{t('none')}</p>;
  return (
    <>
      <div className={styles.state}>
        <span>{t('lookedAt', { time: clock.time(lookedAt) })}</span>
        <button type="button" className={styles.button} disabled={asking} onClick={refresh}>
          {t('refresh')}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys. */}
      <section className={styles.scroll} tabIndex={0} aria-label={t('scroll', { title: t('list') })}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('title')}</th>
              <th scope="col">{t('from')}</th>
              <th scope="col" className={styles.number}>
                {t('files')}
              </th>
              <th scope="col" className={styles.number}>
                {t('bytes')}
              </th>
              <th scope="col" className={styles.number}>
                {t('rows')}
              </th>
              <th scope="col">{t('days')}</th>
            </tr>
          </thead>
          <tbody>
            {datasets.map((dataset) => (
              <DatasetRow key={dataset.name} dataset={dataset} isShown={dataset.name === shown} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function DatasetRow({ dataset, isShown }: { readonly dataset: DatasetSummary; readonly isShown: boolean }) {
  const t = useTranslations('datasets');
  const { figures, quantities, clock } = useFormats();
  const planHref = usePlanHref();
  const said = useSaid();
  const [, setAddress] = useDatasetAddress();
  const { name, title, kind, from, files, bytes, rows, days, problems, changes } = dataset;
  return (
    <tr data-dataset={name} data-chosen={isShown}>
      <th scope="row" className={styles.name}>
        <button type="button" aria-pressed={isShown} onClick={() => void setAddress({ dataset: name })}>
          {said(title)}
        </button>
        <span className={styles.kind}>{t(`kinds.${kind}`)}</span>
      </th>
      <td className={styles.from}>
        <code>{said(from)}</code>
        {(problems.length > 0 || changes.length > 0) && (
          <span className={styles.kind}>
            {problems.length > 0 && (
              <b className={styles.alert}>
                {t('problems')}: {figures.full('count', new Set(problems.map(({ file }) => file)).size)}
              </b>
            )}
            {changes.length > 0 && (
              <span>
                {t('changes')}: {figures.full('count', changes.length)}
              </span>
            )}
          </span>
        )}
      </td>
      <td className={styles.number}>{figures.full('count', files)}</td>
      <td className={styles.number}>{quantities.bytes(bytes)}</td>
      <td className={styles.number}>
        {rows === null ? (
          <span className={styles.quiet}>{t('unknownRows')}</span>
        ) : (
          figures.full('count', rows)
        )}
      </td>
      <td className={styles.days}>
        {days ? (
          t('range', { from: clock.labelled(days.from), to: clock.labelled(days.to) })
        ) : (
          <span className={styles.quiet}>{t('unknownDays')}</span>
        )}{' '}
        <Link href={planHref({ dataset: name })}>
          {t('plan')}
          <span className="visually-hidden">: {said(title)}</span>
        </Link>
      </td>
    </tr>
  );
}
