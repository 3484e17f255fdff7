'use client';

import Link from 'next/link';
import { useTranslations } from 'use-intl/react';
import type { ServerStatus } from '../../engine/protocol/status.ts';
import { figureData } from '../board/figure.tsx';
import { usePageHref } from '../board/url-state.ts';
import { useFormats } from '../format/format-provider.tsx';
import cards from './card.module.css';
import { Card, Fact } from './card.tsx';
import tables from './table.module.css';

const fates = ['rows', 'applied', 'duplicates', 'conflicts', 'late', 'rejected'] as const;

/** What became of every row of this run, and why some were rejected. */
export function RowsCard({ status }: { readonly status: ServerStatus }) {
  const t = useTranslations();
  const { figures } = useFormats();
  const hrefOf = usePageHref();
  const { counts, epoch, source } = status;
  const reasons = Object.entries(counts.rejectedBy).sort(([, a], [, b]) => b - a);
  const count = (value: number) => figures.full('count', value);
  return (
    <Card
      title={t('ops.rows.title')}
      note={
        source !== 'simulator' && (
          <Link className={cards.link} href={hrefOf('/dead-letters')}>
            {t('ops.rows.letters')}
          </Link>
        )
      }
    >
      <dl className={cards.facts}>
        {fates.map((fate) => (
          <Fact key={fate} name={t(`footer.${fate}`)}>
            <span {...figureData({ metric: `rows.${fate}`, value: counts[fate], epoch })}>
              {count(counts[fate])}
            </span>
          </Fact>
        ))}
      </dl>
      {reasons.length > 0 && (
        <table className={tables.table}>
          <thead>
            <tr>
              <th scope="col">{t('ops.rows.reason')}</th>
              <th scope="col" className={tables.number}>
                {t('footer.rows')}
              </th>
            </tr>
          </thead>
          <tbody>
            {reasons.map(([reason, rows]) => (
              <tr key={reason}>
                <th scope="row" className={tables.name}>
                  <code>{reason}</code>
                </th>
                <td className={tables.number}>{count(rows)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
