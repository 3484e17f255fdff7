'use client';

import { useTranslations } from 'use-intl/react';
import styles from './datasets.module.css';

export interface Column {
  readonly name: string;
  readonly note: string | null;
  readonly isBad: boolean;
}

/** Rows as texts; those that would be rejected say why. */
export function PreviewRows(props: {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly rejected: readonly (string | null)[];
}) {
  const { title, columns, rows, rejected } = props;
  const t = useTranslations('datasets');
  if (rows.length === 0) return null;
  return (
    <>
      <h3 className={styles.heading}>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys. */}
      <section className={styles.scroll} tabIndex={0} aria-label={t('scroll', { title })}>
        <table className={`${styles.table} ${styles.rows}`}>
          <thead>
            <tr>
              <th scope="col">{t('row')}</th>
              {columns.map(({ name, note, isBad }) => (
                <th key={name} scope="col" data-bad={isBad}>
                  <code>{name}</code>
                  {note !== null && <span className={styles.kind}>{note}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => {
              const reason = rejected[index] ?? null;
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a row of a file is its place.
                <tr key={index} data-rejected={reason}>
                  <th scope="row">
                    {index + 1}
                    {reason !== null && <span className={styles.alert}> {t('rejectedRow', { reason })}</span>}
                  </th>
                  {columns.map(({ name }, column) => (
                    <td key={name}>{row[column] ?? <span className={styles.quiet}>null</span>}</td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </>
  );
}
