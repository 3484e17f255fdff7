'use client';

import Link from 'next/link';
import { useTranslations } from 'use-intl/react';
import type { StreamStatus } from '../../engine/protocol/status.ts';
import { daysOfLabels } from '../backfill/plan/day-spans.ts';
import { usePlanHref } from '../backfill/plan/plan-address.ts';
import { useFormats } from '../format/format-provider.tsx';
import cards from './card.module.css';
import { Card } from './card.tsx';
import tables from './table.module.css';

/** Sealed days whose figures lack something. */
export function LateDaysCard({ days }: { readonly days: StreamStatus['lateDays'] }) {
  const t = useTranslations('ops.late');
  const { figures, clock } = useFormats();
  const planHref = usePlanHref();
  return (
    <Card
      title={t('title')}
      note={
        days.length > 0 && (
          <Link className={cards.link} href={planHref({ days: daysOfLabels(days.map(({ day }) => day)) })}>
            {t('repair')}
          </Link>
        )
      }
    >
      {days.length === 0 ? (
        <p className={cards.quiet}>{t('none')}</p>
      ) : (
        <>
          <table className={tables.table}>
            <thead>
              <tr>
                <th scope="col">{t('day')}</th>
                <th scope="col" className={tables.number}>
                  {t('events')}
                </th>
              </tr>
            </thead>
            <tbody>
              {days.map(({ day, events }) => (
                <tr key={day} data-day={day}>
                  <th scope="row" className={tables.name}>
                    {clock.labelled(day)}
                  </th>
                  <td className={tables.number}>{figures.full('count', events)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className={`${cards.quiet} ${cards.below}`}>{t('note')}</p>
        </>
      )}
    </Card>
  );
}
