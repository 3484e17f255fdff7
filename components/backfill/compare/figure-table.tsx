'use client';

import { useTranslations } from 'use-intl/react';
import type { ComparedFigure } from '../../../engine/protocol/comparison.ts';
import { useFormats } from '../../format/format-provider.tsx';
import cards from '../../ops/card.module.css';
import styles from './compare.module.css';
import { Difference } from './difference.tsx';
import { isChanged } from './figure-difference.ts';
import { useMetrics } from './use-metrics.ts';

/** Published, new and the difference of each metric that differs; the others by name. */
export function FigureTable({ figures }: { readonly figures: readonly ComparedFigure[] }) {
  const t = useTranslations('jobs.compare');
  const formats = useFormats().figures;
  const { titleOf, unitOf } = useMetrics();
  const there = figures.filter(({ published, computed }) => published !== null || computed !== null);
  const changed = there.filter(isChanged);
  const same = there.filter((figure) => !isChanged(figure));
  return (
    <>
      {changed.length > 0 && (
        <table className={styles.figures}>
          <thead>
            <tr>
              {(['metric', 'published', 'computed', 'difference'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {changed.map((figure) => {
              const unit = unitOf(figure.metric);
              return (
                <tr
                  key={figure.metric}
                  data-metric={figure.metric}
                  data-published={figure.published}
                  data-computed={figure.computed}
                >
                  <th scope="row">{titleOf(figure.metric)}</th>
                  <td data-name={t('published')}>{formats.full(unit, figure.published)}</td>
                  <td data-name={t('computed')}>{formats.full(unit, figure.computed)}</td>
                  <td data-name={t('difference')}>
                    <Difference unit={unit} figure={figure} withShare />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {same.length > 0 && (
        <p className={cards.quiet}>
          {t('unchanged', { metrics: same.map(({ metric }) => titleOf(metric)).join(', ') })}
        </p>
      )}
    </>
  );
}
