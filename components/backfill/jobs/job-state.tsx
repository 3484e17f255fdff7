'use client';

import { useTranslations } from 'use-intl/react';
import type { JobState } from '../../../engine/protocol/jobs.ts';
import styles from './job-state.module.css';

/** A job's state in a word, with its mark. */
export function JobStatePill({ state }: { readonly state: JobState }) {
  const t = useTranslations('jobs.states');
  return (
    <span className={styles.pill} data-state={state}>
      <span className={styles.dot} aria-hidden="true" />
      {t(state)}
    </span>
  );
}
