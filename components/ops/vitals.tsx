'use client';

import { useTranslations } from 'use-intl/react';
import type { ServerStatus } from '../../engine/protocol/status.ts';
import { useFormats } from '../format/format-provider.tsx';
import { useSaid } from '../messages/use-said.ts';
import cards from './card.module.css';
import { Fact } from './card.tsx';

/** The few values that say at a glance whether all is well. */
export function Vitals({ status }: { readonly status: ServerStatus }) {
  const t = useTranslations('ops');
  const { figures, quantities } = useFormats();
  const said = useSaid();
  const { source, stream, epoch, eventsPerSecond, lagMs, quietMs, restarts } = status;
  const topics = stream ? [...new Set(stream.partitions.map(({ partition }) => topicOf(partition)))] : [];
  const count = (value: number) => figures.full('count', value);
  return (
    <section className={cards.card} aria-label={t('vitals')}>
      <dl className={cards.vitals}>
        <Fact name={t('source')} title={topics.join(', ')}>
          {[said(source), ...topics].join(' ')}
        </Fact>
        <Fact name={t('rate')}>{count(eventsPerSecond)}</Fact>
        {stream && <Fact name={t('waiting')}>{stream.interrupted ? '–' : count(stream.lagRecords)}</Fact>}
        <Fact name={t('clock')}>{quantities.duration(lagMs)}</Fact>
        <Fact name={t('quiet')}>
          {quietMs === null ? '–' : t('ago', { time: quantities.duration(quietMs) })}
        </Fact>
        <Fact name={t('epoch')}>{count(epoch)}</Fact>
        <Fact name={t('restarts')}>{count(restarts)}</Fact>
      </dl>
    </section>
  );
}

const topicOf = (partition: string): string => partition.slice(0, partition.lastIndexOf('/'));
