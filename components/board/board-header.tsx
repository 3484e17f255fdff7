'use client';

import Link from 'next/link';
import { useTranslations } from 'use-intl/react';
import { useFormats } from '../format/format-provider.tsx';
import { useDataTo, useInfo } from '../live/use-live.ts';
import styles from './board-header.module.css';
import { ConnectionPill } from './connection-pill.tsx';
import { FilterButton } from './filter-button.tsx';
import { LanguageSwitch, ThemeSwitch } from './page-switches.tsx';
import { useSaleDay } from './sale-day.tsx';
import { ToolMenu } from './tool-menu.tsx';
import { usePageHref } from './url-state.ts';

/** Which day, in which zone, up to when, and whether it is live; language and theme. */
export function BoardHeader() {
  const t = useTranslations();
  const hrefOf = usePageHref();
  return (
    <header className={styles.header}>
      <h1 className={styles.name}>
        <Mark />
        {t('title')}
      </h1>
      <DayLine />
      <div className={styles.right}>
        <FilterButton />
        <ConnectionPill />
        <ToolMenu>
          <Link className={styles.link} href={hrefOf('/backfill')} prefetch={false}>
            {t('page.backfills')}
          </Link>
          <LanguageSwitch />
          <ThemeSwitch />
        </ToolMenu>
      </div>
    </header>
  );
}

/** The sale day, its zone, and the time of the latest event. */
export function DayLine() {
  const t = useTranslations();
  const { clock } = useFormats();
  const info = useInfo();
  const { today } = useSaleDay();
  const dataToMs = useDataTo();
  return (
    <p className={styles.day}>
      <span>{today ? clock.day(today.startMs) : '\u00a0'}</span>
      {info && (
        <span className={styles.zone}>
          {info.timeZone.replaceAll('_', ' ')}
          {today && ` (${clock.offset(dataToMs ?? today.startMs)})`}
        </span>
      )}
      <span className={styles.dataTo} data-testid="data-to" data-ms={dataToMs ?? ''}>
        {dataToMs === null ? t('noData') : t('dataTo', { time: clock.time(dataToMs) })}
      </span>
    </p>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 16 16" className={styles.mark} aria-hidden="true">
      <path
        d="M1.5 13.5 6 7.5l3 3 5.5-8"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
