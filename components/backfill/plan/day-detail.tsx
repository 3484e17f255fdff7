'use client';

import { useTranslations } from 'use-intl/react';
import type { CoverageDay } from '../../../engine/protocol/coverage.ts';
import styles from './calendar.module.css';
import { dayLook } from './day-look.ts';
import { useDayWords } from './use-day-words.ts';

/** All that is known of the day that is looked at. */
export function DayDetail({ day }: { readonly day: CoverageDay | null }) {
  const t = useTranslations('coverage');
  const words = useDayWords();
  if (!day) return <p className={styles.detail}>{t('loading')}</p>;
  const [date, state, ...rest] = words(day);
  // The square under the keys says the same to a screen reader.
  return (
    <p className={styles.detail} data-testid="day-detail" aria-hidden="true">
      <b>{date}</b>
      <span className={styles.detailState}>
        <i className={styles.swatch} data-state={dayLook(day)} data-heat="2" />
        {state}
      </span>
      {rest.map((text) => (
        <span key={text}>{text}</span>
      ))}
    </p>
  );
}
