'use client';

import { useTranslations } from 'use-intl/react';
import { useSaid } from '../messages/use-said.ts';
import cards from './card.module.css';
import { Card } from './card.tsx';

/** What went other than usual when the run began. */
export function NotesCard({ notes }: { readonly notes: readonly string[] }) {
  const t = useTranslations('ops.notes');
  const said = useSaid();
  return (
    <Card title={t('title')}>
      {notes.length === 0 ? (
        <p className={cards.quiet}>{t('none')}</p>
      ) : (
        <ul className={cards.notes}>
          {notes.map((note) => (
            <li key={note}>{said(note)}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}
