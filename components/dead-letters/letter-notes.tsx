'use client';

import { useTranslations } from 'use-intl/react';
import { useFormats } from '../format/format-provider.tsx';
import { useSaid } from '../messages/use-said.ts';
import styles from './dead-letters.module.css';
import { useInstant } from './use-instant.ts';
import type { Letters } from './use-letters.ts';

const COUNTED = ['expired', 'notKept', 'tombstones', 'lost'] as const;

/** As of when the list is, what came since, and what is not in it. */
export function LetterNotes({ letters }: { readonly letters: Letters }) {
  const t = useTranslations('letters');
  const said = useSaid();
  const { figures } = useFormats();
  const instant = useInstant();
  const { list, since, refresh, problem, asking } = letters;
  const counted = COUNTED.filter((name) => (list?.[name] ?? 0) > 0);
  return (
    <div className={styles.notes}>
      <p className={styles.state}>
        {list?.takenAtMs != null && <span>{t('asOf', { time: instant(list.takenAtMs) })}</span>}
        {since > 0 && <span>{t('since', { count: figures.full('count', since) })}</span>}
        <button type="button" className={styles.button} onClick={refresh} disabled={asking}>
          {t('refresh')}
        </button>
      </p>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {t('failed', { reason: said(problem) })}
        </p>
      )}
      {counted.map((name) => (
        <p key={name} className={styles.note}>
          {t(name, { count: figures.full('count', list?.[name] ?? 0) })}
        </p>
      ))}
    </div>
  );
}
