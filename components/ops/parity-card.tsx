'use client';

import { useTranslations } from 'use-intl/react';
import type { ParityMismatch, ParityStatus } from '../../engine/protocol/parity.ts';
import { useFormats } from '../format/format-provider.tsx';
import { useInfo } from '../live/use-live.ts';
import { useSaid } from '../messages/use-said.ts';
import cards from './card.module.css';
import { Card, Fact } from './card.tsx';
import tables from './table.module.css';

/** Whether what live published equals a replay of what it consumed. */
export function ParityCard({ parity }: { readonly parity: ParityStatus | null }) {
  const t = useTranslations('ops.parity');
  const { figures, clock } = useFormats();
  const said = useSaid();
  const at = (ms: number | null): string => (ms === null ? '–' : clock.minute(ms));
  return (
    <Card title={t('title')}>
      {parity === null || (parity.state === 'waiting' && parity.problem === null) ? (
        <p className={cards.quiet}>{t('waiting')}</p>
      ) : (
        <>
          <dl className={cards.facts} data-parity={parity.state}>
            <Fact name={t('state')}>{t(`states.${parity.state}`)}</Fact>
            <Fact name={t('through')}>{at(parity.throughMs)}</Fact>
            <Fact name={t('compared')}>{at(parity.comparedAtMs)}</Fact>
            <Fact name={t('figures')}>{figures.full('count', parity.figures)}</Fact>
            {parity.differing > 0 && (
              <Fact name={t('differing')}>{figures.full('count', parity.differing)}</Fact>
            )}
          </dl>
          {parity.problem && <p className={cards.quiet}>{said(parity.problem)}</p>}
          {parity.mismatches.length > 0 && <Mismatches mismatches={parity.mismatches} />}
        </>
      )}
    </Card>
  );
}

function Mismatches({ mismatches }: { readonly mismatches: readonly ParityMismatch[] }) {
  const t = useTranslations('ops.parity');
  const { figures, clock } = useFormats();
  const units = new Map(useInfo()?.metrics.map(({ name, unit }) => [name, unit]));
  const shown = (metric: string, value: number): string => figures.full(units.get(metric) ?? 'count', value);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section className={tables.scroll} tabIndex={0} aria-label={t('scroll')}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t('figure')}</th>
            <th scope="col">{t('key')}</th>
            <th scope="col">{t('when')}</th>
            <th scope="col" className={tables.number}>
              {t('live')}
            </th>
            <th scope="col" className={tables.number}>
              {t('replayed')}
            </th>
          </tr>
        </thead>
        <tbody>
          {mismatches.map((one) => (
            <tr key={`${one.rollup} ${one.metric} ${one.key} ${one.sliceMs}`}>
              <th scope="row" className={tables.name}>
                {one.metric} · {one.rollup}
              </th>
              <td>{one.key ?? '–'}</td>
              <td>{one.sliceMs === null ? clock.labelled(one.day) : clock.minute(one.sliceMs)}</td>
              <td className={tables.number}>{shown(one.metric, one.live)}</td>
              <td className={tables.number}>{shown(one.metric, one.replayed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
