'use client';

import { useTranslations } from 'use-intl/react';
import type { Coverage } from '../../../engine/protocol/coverage.ts';
import { useFormats } from '../../format/format-provider.tsx';
import styles from './calendar.module.css';
import { DAY_LOOKS, dayLook, HEAT_LEVELS } from './day-look.ts';

/** What the squares mean, and how many days of the year are so. */
export function CoverageLegend({ coverage }: { readonly coverage: Coverage | null }) {
  const t = useTranslations('coverage');
  const { figures } = useFormats();
  const looks = coverage?.days.map(dayLook) ?? [];
  return (
    <ul className={styles.legend} aria-label={t('legend')}>
      {DAY_LOOKS.map((look) => (
        <li key={look} title={t(`meaning.${look}`)}>
          {look === 'published' ? (
            <span className={styles.scale} title={t('heat')}>
              {Array.from({ length: HEAT_LEVELS }, (_, level) => level + 1).map((level) => (
                <i key={level} className={styles.swatch} data-state={look} data-heat={level} />
              ))}
            </span>
          ) : (
            <i className={styles.swatch} data-state={look} data-heat="2" />
          )}
          {t(`look.${look}`)}{' '}
          <b>{coverage ? figures.full('count', looks.filter((one) => one === look).length) : ''}</b>
        </li>
      ))}
    </ul>
  );
}
