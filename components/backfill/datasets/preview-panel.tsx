'use client';

import { useTranslations } from 'use-intl/react';
import type { DatasetPreview } from '../../../engine/protocol/datasets.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useSaid } from '../../messages/use-said.ts';
import type { Answer } from '../../server/use-answer.ts';
import styles from './datasets.module.css';
import { type Column, PreviewRows } from './preview-rows.tsx';

/** How the first rows of a dataset are read: what each column is made of, where it fails, and the rows both ways. */
export function PreviewPanel({ answer }: { readonly answer: Answer<DatasetPreview> }) {
  const t = useTranslations('datasets');
  const { figures } = useFormats();
  const said = useSaid();
  const { value: preview, problem } = answer;
  if (problem !== null)
    return (
      <p className={`${styles.panel} ${styles.problem}`} role="alert">
        {t('previewFailed', { reason: said(problem) })}
      </p>
    );
  if (!preview) return <div className={styles.skeleton} />;
  if (preview.problem !== null)
    return (
      <p className={`${styles.panel} ${styles.problem}`} role="alert">
        {said(preview.problem)}
      </p>
    );
  const { file, rows, columns, given } = preview;
  const rejected = rows.map((row) => row.rejected);
  const bad = rejected.filter((reason) => reason !== null).length;
  const ours = columns.map(({ name, errors }): Column => ({ name, note: null, isBad: errors > 0 }));
  return (
    <section className={styles.panel} data-testid="preview" data-dataset={preview.dataset}>
      <h2 className={styles.heading}>
        {file === null ? t('noFile') : t('first', { file })}
        <span className={styles.quiet}>
          {bad === 0
            ? t('allReadable')
            : t('someRejected', {
                rows: figures.full('count', rows.length),
                rejected: figures.full('count', bad),
              })}
        </span>
      </h2>
      <Mapping columns={columns} />
      <PreviewRows
        title={t('ours')}
        columns={ours}
        rows={rows.map(({ mapped }) => mapped)}
        rejected={rejected}
      />
      <PreviewRows
        title={t('theirs')}
        columns={given.map(({ name, type }): Column => ({ name, note: type, isBad: false }))}
        rows={rows.map((row) => row.given)}
        rejected={rejected}
      />
    </section>
  );
}

function Mapping({ columns }: { readonly columns: DatasetPreview['columns'] }) {
  const t = useTranslations('datasets');
  const { figures } = useFormats();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys.
    <section className={styles.scroll} tabIndex={0} aria-label={t('scroll', { title: t('mapping') })}>
      <table className={styles.table}>
        <thead>
          <tr>
            {(['column', 'made', 'errors', 'example'] as const).map((head) => (
              <th key={head} scope="col">
                {t(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.map(({ name, from, absent, errors, example }) => (
            <tr key={name} data-column={name} data-errors={errors}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>
                <code>{from}</code>
                {absent && <span className={styles.quiet}> {t('absent')}</span>}
              </td>
              <td className={errors > 0 ? styles.alert : styles.quiet}>
                {errors > 0 ? figures.full('count', errors) : t('noErrors')}
              </td>
              <td>{example !== null && <code>{example}</code>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
