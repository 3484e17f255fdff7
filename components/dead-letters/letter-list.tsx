'use client';

import { useTranslations } from 'use-intl/react';
import type { DeadLetterRow } from '../../engine/protocol/dead-letters.ts';
import { useFormats } from '../format/format-provider.tsx';
import { useStatus } from '../live/use-live.ts';
import page from './dead-letters.module.css';
import { recordName, useLetterAddress } from './letter-address.ts';
import styles from './letter-list.module.css';
import { useInstant } from './use-instant.ts';
import type { Letters } from './use-letters.ts';

/** The letters, the newest first, a page at a time; or why there are none. */
export function LetterList({ letters }: { readonly letters: Letters }) {
  const t = useTranslations('letters');
  const { figures } = useFormats();
  const { list, rows, hasMore, more, problem } = letters;
  if (!list) return problem === null ? <Loading /> : null;
  if (rows.length === 0) return <None hasOthers={list.tallies.length > 0} />;
  return (
    <>
      <div className={styles.table}>
        <table>
          <thead>
            <tr>
              {(['record', 'reason', 'written', 'bytes', 'value'] as const).map((column) => (
                <th key={column} scope="col" className={styles[column]}>
                  {t(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <LetterRow key={`${recordName(row)} ${row.recordTimeMs}`} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {hasMore && (
        <button type="button" className={page.button} onClick={more}>
          {t('more')} <span className={page.muted}>({figures.full('count', rows.length)})</span>
        </button>
      )}
    </>
  );
}

function LetterRow({ row }: { readonly row: DeadLetterRow }) {
  const t = useTranslations('letters');
  const { figures } = useFormats();
  const instant = useInstant({ short: true });
  const whole = useInstant();
  const [{ at }, setAddress] = useLetterAddress();
  const name = recordName(row);
  return (
    <tr data-chosen={name === at} data-sent={row.sentAtMs !== null}>
      <td className={styles.record}>
        <button
          type="button"
          aria-pressed={name === at}
          onClick={() => void setAddress({ at: name === at ? null : name })}
        >
          {row.topic}/{row.partition} <b>{row.offset}</b>
        </button>
      </td>
      <td className={styles.reason}>
        <code>{row.reason}</code>
        {row.sentAtMs !== null && (
          <span className={styles.sent}>{t('sentAt', { time: instant(row.sentAtMs) })}</span>
        )}
      </td>
      <td className={styles.written} title={whole(row.recordTimeMs)}>
        {instant(row.recordTimeMs)}
      </td>
      <td className={styles.bytes}>{figures.full('count', row.bytes)}</td>
      <td className={styles.value}>
        <code>{row.beginning}</code>
      </td>
    </tr>
  );
}

function None({ hasOthers }: { readonly hasOthers: boolean }) {
  const t = useTranslations('letters');
  const status = useStatus();
  const why = hasOthers ? 'noneFiltered' : status?.source === 'simulator' ? 'noneSimulator' : 'noneKafka';
  return (
    <div className={styles.none}>
      <p>{t('none')}</p>
      <p className={page.muted}>{t(why)}</p>
    </div>
  );
}

function Loading() {
  const t = useTranslations();
  return (
    <div className={page.skeleton}>
      <span className="visually-hidden">{t('loading')}</span>
    </div>
  );
}
