'use client';

import { useTranslations } from 'use-intl/react';
import type { PartitionStatus, ServerStatus, StreamStatus } from '../../engine/protocol/status.ts';
import { useFormats } from '../format/format-provider.tsx';
import cards from './card.module.css';
import { Bar, Card } from './card.tsx';
import tables from './table.module.css';

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
    <Card title={t('title')} note={note}>
      {stream === null ? (
        <p className={cards.empty}>{t(source === 'simulator' ? 'simulator' : 'unknown')}</p>
      ) : partitions.length === 0 ? (
        <p className={cards.empty}>{t('none')}</p>
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
    <section className={tables.scroll} aria-label={t('scroll')} tabIndex={0}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col" className={tables.number}>
              {t('next')}
            </th>
            <th scope="col" className={`${tables.number} ${tables.end}`}>
              {t('end')}
            </th>
            <th scope="col" className={tables.number}>
              {t('lag')}
            </th>
            <th scope="col" className={tables.number}>
              {t('behind')}
            </th>
            <th scope="col" className={tables.state}>
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
              <td className={tables.end} />
              <td className={tables.number}>{figures.full('count', interrupted ? null : lagRecords)}</td>
              <td className={tables.number}>{quantities.duration(interrupted ? null : lagMs)}</td>
              <td className={tables.state} />
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
  // What has come since its broker answered last nobody knows.
  const isKnown = state !== 'silent';
  return (
    <tr data-partition={partition} data-next={nextOffset} data-lag={lagRecords}>
      <th scope="row" className={tables.name}>
        {partition}
      </th>
      <td className={tables.number}>{figures.decimal(nextOffset as `${number}`, 0)}</td>
      <td className={`${tables.number} ${tables.end}`}>{figures.decimal(endOffset as `${number}`, 0)}</td>
      <td className={tables.number}>
        <div className={tables.barred}>
          <Bar part={isKnown ? lagRecords / props.most : 0} />
          {figures.full('count', isKnown ? lagRecords : null)}
        </div>
      </td>
      <td className={tables.number}>{quantities.duration(isKnown ? lagMs : null)}</td>
      <td className={tables.state} data-state={state}>
        {t(state)}
      </td>
    </tr>
  );
}
