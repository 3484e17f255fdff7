'use client';

import { useTranslations } from 'use-intl/react';
import type { DayComparison } from '../../../engine/protocol/comparison.ts';
import type { Unit } from '../../format/figure-format.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { readableKey, useKeyName } from '../../messages/use-key-name.ts';
import cards from '../../ops/card.module.css';
import { Difference } from './difference.tsx';
import { differenceOf } from './figure-difference.ts';
import styles from './largest-changes.module.css';

type Change = DayComparison['changes'][number];

const SHOWN = 15;

/** Where the day's figure changes most: the keys of all dimensions, ranked, each with a bar. */
export function LargestChanges(props: { readonly changes: readonly Change[]; readonly unit: Unit }) {
  const { changes, unit } = props;
  const t = useTranslations('jobs.compare');
  const shown = changes.slice(0, SHOWN);
  const most = Math.max(...shown.map((change) => Math.abs(differenceOf(change).delta ?? 0)), 0);
  return (
    <section className={styles.changes} aria-label={t('largest')}>
      <h3>{t('largest')}</h3>
      {shown.length === 0 ? (
        <p className={cards.quiet}>{t('noChanges')}</p>
      ) : (
        <ol>
          {shown.map((change) => (
            <ChangeRow key={`${change.dimension} ${change.key}`} change={change} unit={unit} most={most} />
          ))}
        </ol>
      )}
    </section>
  );
}

function ChangeRow(props: { readonly change: Change; readonly unit: Unit; readonly most: number }) {
  const { change, unit, most } = props;
  const { dimension, key, published, computed } = change;
  const t = useTranslations('jobs.dimensions');
  const { figures } = useFormats();
  const nameOf = useKeyName(dimension);
  const { delta, direction } = differenceOf(change);
  const part = most === 0 ? 0 : Math.abs(delta ?? 0) / most;
  return (
    <li data-dimension={dimension} data-key={key} data-published={published} data-computed={computed}>
      <span className={styles.key}>
        <span className={styles.dimension}>{t.has(dimension) ? t(dimension) : readableKey(dimension)}</span>{' '}
        {nameOf(key)}
      </span>
      <span className={styles.from}>
        {figures.compact(unit, published)} <span aria-hidden="true">→</span> {figures.compact(unit, computed)}
      </span>
      <Difference unit={unit} figure={change} />
      <span className={styles.track} aria-hidden="true">
        <span data-direction={direction} style={{ transform: `scaleX(${part})` }} />
      </span>
    </li>
  );
}
