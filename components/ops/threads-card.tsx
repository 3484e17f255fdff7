'use client';

import { useTranslations } from 'use-intl/react';
import type { ThreadStatus } from '../../engine/protocol/status.ts';
import { useFormats } from '../format/format-provider.tsx';
import cards from './card.module.css';
import { Bar, Card } from './card.tsx';
import tables from './table.module.css';

/** A delay of so much is the whole bar: figures go out every 100 ms. */
const FULL_MS = 100;

/** How late each thread is with what it has to do. */
export function ThreadsCard({ threads }: { readonly threads: readonly ThreadStatus[] }) {
  const t = useTranslations('ops.threads');
  const { quantities } = useFormats();
  const nameOf = (name: string) => (isKnown(name) ? t(`names.${name}`) : name);
  return (
    <Card title={t('title')} note={t('note')}>
      {threads.length === 0 ? (
        <p className={cards.quiet}>{t('none')}</p>
      ) : (
        <table className={tables.table}>
          <tbody>
            {threads.map(({ name, p99Ms }) => (
              <tr key={name} data-thread={name}>
                <th scope="row" className={tables.name}>
                  {nameOf(name)}
                </th>
                <td className={tables.number}>
                  <div className={tables.barred}>
                    <Bar part={p99Ms / FULL_MS} />
                    <span className={tables.delay}>{quantities.duration(p99Ms)}</span>
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

const known = ['main', 'live', 'data', 'intake', 'archive', 'history', 'jobs'] as const;
const isKnown = (name: string): name is (typeof known)[number] => (known as readonly string[]).includes(name);
