'use client';

import { memo } from 'react';
import { useTranslations } from 'use-intl/react';
import type { JobLogLine } from '../../../engine/protocol/jobs.ts';
import { useInstant } from '../../dead-letters/use-instant.ts';
import { useSaid } from '../../messages/use-said.ts';
import cards from '../../ops/card.module.css';
import { Card } from '../../ops/card.tsx';
import styles from './job-log.module.css';
import { JobStatePill } from './job-state.tsx';

/** Older lines are kept, but not shown. */
const SHOWN = 500;

/** What happened to the job and by whom, the newest first. */
export function JobLog({ log }: { readonly log: readonly JobLogLine[] }) {
  const t = useTranslations('jobs.log');
  const first = Math.max(0, log.length - SHOWN);
  const lines = log.slice(first).map((line, i) => ({ line, number: first + i }));
  return (
    <Card title={t('title')}>
      {log.length === 0 ? (
        <p className={cards.quiet}>{t('none')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
        <ol className={styles.log} aria-label={t('label')} tabIndex={0}>
          {lines.reverse().map(({ number, line }) => (
            <LogLine key={number} line={line} />
          ))}
        </ol>
      )}
    </Card>
  );
}

/** Drawn once: to say hundreds of lines in another language takes longer than a frame, and some come every second. */
const LogLine = memo(function LogLine({ line }: { readonly line: JobLogLine }) {
  const said = useSaid();
  const instant = useInstant({ short: true });
  const whole = useInstant();
  const { atMs, actor, text, state } = line;
  return (
    <li>
      <time title={whole(atMs)}>{instant(atMs)}</time>
      <span className={styles.actor}>{actor}</span>
      <span className={styles.text}>
        {said(text)} {state && <JobStatePill state={state} />}
      </span>
    </li>
  );
});
