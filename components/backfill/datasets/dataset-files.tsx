'use client';

import { useTranslations } from 'use-intl/react';
import type { DatasetSummary } from '../../../engine/protocol/datasets.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useSaid } from '../../messages/use-said.ts';
import styles from './datasets.module.css';

const NAMED = 20;

/** Files of the dataset that ask for a look: those that can't be read, and those that are not as they were. */
export function DatasetFiles({ dataset }: { readonly dataset: DatasetSummary }) {
  const t = useTranslations('datasets');
  const said = useSaid();
  const { problems, changes, kind } = dataset;
  if (problems.length === 0 && changes.length === 0 && kind !== 'select') return null;
  return (
    <section className={styles.panel} aria-label={said(dataset.title)}>
      {kind === 'select' && <p className={styles.quiet}>{t('selectOnly')}</p>}
      {problems.length > 0 && (
        <>
          <h2 className={styles.heading}>{t('problems')}</h2>
          <ul className={styles.files}>
            {problems.slice(0, NAMED).map(({ file, problem }) => (
              <li key={`${file} ${problem}`} data-problem={file}>
                {!problem.startsWith(file) && <code>{file}</code>}{' '}
                <span className={styles.alert}>{said(problem)}</span>
              </li>
            ))}
            <More count={problems.length - NAMED} />
          </ul>
        </>
      )}
      {changes.length > 0 && (
        <>
          <h2 className={styles.heading}>{t('changes')}</h2>
          <ul className={styles.files}>
            {changes.slice(0, NAMED).map(({ file, what }) => (
              <li key={file} data-change={what}>
                <code>{file}</code> {t(`what.${what}`)}
              </li>
            ))}
            <More count={changes.length - NAMED} />
          </ul>
        </>
      )}
    </section>
  );
}

function More({ count }: { readonly count: number }) {
  const t = useTranslations('datasets');
  const { figures } = useFormats();
  return count > 0 && <li className={styles.quiet}>{t('more', { count: figures.full('count', count) })}</li>;
}
