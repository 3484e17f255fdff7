'use client';

import { useTranslations } from 'use-intl/react';
import type { ServerStatus } from '../../engine/protocol/status.ts';
import { useFormats } from '../format/format-provider.tsx';
import cards from './card.module.css';
import { Card, Fact } from './card.tsx';

/** The last durable checkpoint: from there a crash goes on. */
export function CheckpointCard({ status }: { readonly status: ServerStatus }) {
  const t = useTranslations('ops');
  const { quantities } = useFormats();
  const { source, stream, quietMs } = status;
  const { ageMs = null, tookMs = 0, stallMs = 0, bytes = 0 } = stream?.checkpoint ?? {};
  // Where nothing comes there is nothing to write: its age is no sign of trouble.
  const unchanged = ageMs !== null && quietMs !== null && quietMs > ageMs;
  return (
    <Card title={t('checkpoint.title')} note={unchanged ? t('checkpoint.unchanged') : null}>
      {ageMs === null ? (
        <p className={cards.quiet}>
          {t(source === 'simulator' ? 'checkpoint.simulator' : 'checkpoint.none')}
        </p>
      ) : (
        <dl className={`${cards.facts} ${cards.four}`}>
          <Fact name={t('checkpoint.age')}>{t('ago', { time: quantities.duration(ageMs) })}</Fact>
          <Fact name={t('checkpoint.took')}>{quantities.duration(tookMs)}</Fact>
          <Fact name={t('checkpoint.stall')}>{quantities.duration(stallMs)}</Fact>
          <Fact name={t('checkpoint.bytes')}>{quantities.bytes(bytes)}</Fact>
        </dl>
      )}
    </Card>
  );
}
