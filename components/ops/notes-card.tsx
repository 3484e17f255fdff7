'use client';

import { useTranslations } from 'use-intl/react';
import { Card } from './card.tsx';
import styles from './ops.module.css';

/** What went other than usual when the run began. */
export function NotesCard({ notes }: { readonly notes: readonly string[] }) {
  const t = useTranslations('ops.notes');
  return (
    <Card title={t('title')}>
      {notes.length === 0 ? (
        <p className={styles.quiet}>{t('none')}</p>
      ) : (
        <ul className={styles.notes}>
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}
