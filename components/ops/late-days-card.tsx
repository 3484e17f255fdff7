'use client';

import { useTranslations } from 'use-intl/react';
import type { StreamStatus } from '../../engine/protocol/status.ts';
import { useFormats } from '../format/format-provider.tsx';
import { Card } from './card.tsx';
import styles from './ops.module.css';

/** Sealed days whose figures lack something. */
export function LateDaysCard({ days }: { readonly days: StreamStatus['lateDays'] }) {
  const t = useTranslations('ops.late');
  const { figures, clock } = useFormats();
  return (
    <Card title={t('title')}>
      {days.length === 0 ? (
        <p className={styles.quiet}>{t('none')}</p>
      ) : (
        <>
          <p className={styles.quiet}>{t('note')}</p>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('day')}</th>
                <th scope="col" className={styles.number}>
                  {t('events')}
                </th>
              </tr>
            </thead>
            <tbody>
              {days.map(({ day, events }) => (
                <tr key={day} data-day={day}>
                  <th scope="row" className={styles.name}>
                    {clock.labelled(day)}
                  </th>
                  <td className={styles.number}>{figures.full('count', events)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Card>
  );
}
