'use client';

import { useTranslations } from 'use-intl/react';
import { useRefusal, useReplaying } from '../live/use-live.ts';
import { useKeyName } from '../messages/use-key-name.ts';
import { type KeptKey, useBoardFilter, useFiltered } from './board-filter.ts';
import styles from './filter-bar.module.css';
import { shareView, totalView } from './sale-views.ts';
import { useDimensionTitle } from './use-dimension-title.ts';

/** What the board is narrowed to, and how that goes; nothing where it shows everything. */
export function FilterBar({ fixed = false }: { readonly fixed?: boolean }) {
  const t = useTranslations('filter');
  const { kept, drop, clear } = useBoardFilter();
  if (kept.length === 0) return null;
  return (
    <section className={styles.bar} aria-label={t('label')} data-testid="filters">
      <span className={styles.only}>{t('kept')}</span>
      <ul className={styles.chips}>
        {kept.map((each) => (
          <Chip key={each.dimension} kept={each} onRemove={fixed ? null : () => drop(each.dimension)} />
        ))}
      </ul>
      {!fixed && (
        <button type="button" className={styles.clear} onClick={clear}>
          {t('clear')}
        </button>
      )}
      <Standing />
    </section>
  );
}

function Chip(props: { readonly kept: KeptKey; readonly onRemove: (() => void) | null }) {
  const { dimension, key } = props.kept;
  const t = useTranslations('filter');
  const name = useKeyName(dimension)(key);
  const title = useDimensionTitle()(dimension);
  return (
    <li className={styles.chip} data-dimension={dimension}>
      <span className={styles.title}>{title}</span> <b className={styles.name}>{name}</b>
      {props.onRemove && (
        <button
          type="button"
          className={styles.remove}
          aria-label={t('remove', { name: `${title} ${name}` })}
          onClick={props.onRemove}
        >
          <span aria-hidden="true">×</span>
        </button>
      )}
    </li>
  );
}

/** Whether some of the board's views still wait for their figures, or get none. */
function Standing() {
  const t = useTranslations('filter');
  const total = useFiltered(totalView);
  const byChannel = useFiltered(shareView('channel'));
  const byPayment = useFiltered(shareView('payment_method'));
  // A rollup may answer some of these: those of another dimension than the filter's are of a run of its own.
  const refusals = [useRefusal(total), useRefusal(byChannel), useRefusal(byPayment)];
  const replaying = [useReplaying(total), useReplaying(byChannel), useReplaying(byPayment)].includes(true);
  const refusal = refusals.find((each) => each !== null);
  return (
    <p className={styles.standing} role="status" data-amiss={refusal !== undefined}>
      {refusal
        ? refusal.code === 'filters_taken'
          ? t('taken')
          : t('refused', { reason: refusal.reason })
        : replaying && t('replaying')}
    </p>
  );
}
