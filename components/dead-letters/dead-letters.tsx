'use client';

import { useTranslations } from 'use-intl/react';
import { ConnectionCause } from '../board/connection-pill.tsx';
import { PageFrame } from '../board/page-frame.tsx';
import { PageRoot } from '../board/page-root.tsx';
import type { Language } from '../format/language.ts';
import styles from './dead-letters.module.css';
import { partsOfName, useLetterAddress } from './letter-address.ts';
import { LetterDetail } from './letter-detail.tsx';
import { LetterFilters } from './letter-filters.tsx';
import { LetterList } from './letter-list.tsx';
import { LetterNotes } from './letter-notes.tsx';
import { useLetters } from './use-letters.ts';

/** The page of records that gave no figure: which, why, what they hold and how to send them again. */
export function DeadLetters(props: { readonly preferred: Language }) {
  return (
    <PageRoot preferred={props.preferred}>
      <Letters />
    </PageRoot>
  );
}

function Letters() {
  const t = useTranslations('letters');
  const [{ reason, topic, at }] = useLetterAddress();
  const letters = useLetters({ reason, topic });
  const chosen = at === null ? null : partsOfName(at);
  return (
    <PageFrame title={t('title')} intro={t('intro')}>
      <ConnectionCause />
      <main className={styles.main} data-chosen={chosen !== null}>
        <section className={styles.left} aria-label={t('list')}>
          <LetterNotes letters={letters} />
          {letters.list && <LetterFilters tallies={letters.list.tallies} />}
          <LetterList letters={letters} />
        </section>
        <LetterDetail where={chosen} />
      </main>
    </PageFrame>
  );
}
