'use client';

import { useTranslations } from 'use-intl/react';
import type { PartitionStatus, ServerStatus, StreamStatus } from '../../engine/protocol/status.ts';
import { useFormats } from '../format/format-provider.tsx';
import { Bar, Card } from './card.tsx';
import styles from './ops.module.css';

/** Where all wait less, a bar of so many is the whole one: a few records on their way are no backlog. */
const LEAST_FULL = 1000;

/** How far each partition of the stream is read. */
export function PartitionsCard({ status }: { readonly status: ServerStatus }) {
  const t = useTranslations('ops.partitions');
  const { figures } = useFormats();
  const { source, stream } = status;
  const partitions = stream?.partitions ?? [];
  const note = partitions.length > 0 ? t('count', { count: figures.full('count', partitions.length) }) : null;
  return (
    <Card className={styles.partitions} title={t('title')} note={note}>
      {stream === null ? (
        <p className={styles.empty}>{t(source === 'simulator' ? 'simulator' : 'unknown')}</p>
      ) : partitions.length === 0 ? (
        <p className={styles.empty}>{t('none')}</p>
      ) : (
        <PartitionTable stream={stream} />
      )}
    </Card>
  );
}

function PartitionTable({ stream }: { readonly stream: StreamStatus }) {
  const t = useTranslations('ops.partitions');
  const { figures, quantities } = useFormats();
  const { partitions, lagRecords, lagMs, interrupted } = stream;
  const most = partitions.reduce((max, one) => Math.max(max, one.lagRecords), LEAST_FULL);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keyboard.
    <section className={styles.scroll} aria-label={t('scroll')} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col" className={styles.number}>
              {t('next')}
            </th>
            <th scope="col" className={`${styles.number} ${styles.end}`}>
              {t('end')}
            </th>
            <th scope="col" className={styles.number}>
              {t('lag')}
            </th>
            <th scope="col" className={styles.number}>
              {t('behind')}
            </th>
            <th scope="col" className={styles.state}>
              {t('state')}
            </th>
          </tr>
        </thead>
        <tbody>
          {partitions.map((one) => (
            <PartitionRow key={one.partition} of={one} most={most} interrupted={interrupted} />
          ))}
        </tbody>
        {partitions.length > 1 && (
          <tfoot>
            <tr>
              <th scope="row">{t('total')}</th>
              <td />
              <td className={styles.end} />
              <td className={styles.number}>{figures.full('count', lagRecords)}</td>
              <td className={styles.number}>{quantities.duration(lagMs)}</td>
              <td className={styles.state} />
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  );
}

function PartitionRow(props: {
  readonly of: PartitionStatus;
  readonly most: number;
  readonly interrupted: boolean;
}) {
  const t = useTranslations('ops.partitions');
  const { figures, quantities } = useFormats();
  const { partition, nextOffset, endOffset, lagRecords, lagMs, idle } = props.of;
  const state = idle ? 'idle' : props.interrupted ? 'silent' : 'reading';
  return (
    <tr data-partition={partition} data-next={nextOffset} data-lag={lagRecords}>
      <th scope="row" className={styles.name}>
        {partition}
      </th>
      <td className={styles.number}>{figures.decimal(nextOffset as `${number}`, 0)}</td>
      <td className={`${styles.number} ${styles.end}`}>{figures.decimal(endOffset as `${number}`, 0)}</td>
      <td className={styles.number}>
        <div className={styles.barred}>
          <Bar part={lagRecords / props.most} />
          {figures.full('count', lagRecords)}
        </div>
      </td>
      <td className={styles.number}>{quantities.duration(lagMs)}</td>
      <td className={styles.state} data-state={state}>
        {t(state)}
      </td>
    </tr>
  );
}
