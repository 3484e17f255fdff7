'use client';

import { useTranslations } from 'use-intl/react';
import type { Comparison } from '../../../engine/protocol/comparison.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useDaysText } from '../jobs/use-days-text.ts';
import { signedFigure } from './difference.tsx';
import { differenceOf, isChanged } from './figure-difference.ts';
import { useMetrics } from './use-metrics.ts';

/** What approving would change, in a sentence: `3 days: GMV +¥1,234.56.` */
export function useEffectText(): (comparison: Comparison) => string {
  const t = useTranslations('jobs.compare');
  const { figures } = useFormats();
  const days = useDaysText();
  const { titleOf, unitOf } = useMetrics();
  return ({ days: all, totals }) => {
    const differing = all.filter(({ differs }) => differs);
    const count = days.count(differing.length > 0 ? differing.length : all.length);
    const alone = all.length === 1 ? all[0]?.figures : undefined;
    const sums = alone ?? totals;
    const telling = sums.find(isChanged);
    if (!telling) return t('effectSame', { days: count });
    const { metric, computed } = telling;
    const unit = unitOf(metric);
    const { delta } = differenceOf(telling);
    const isFirst = all.every(({ published }) => published === null);
    if (isFirst || delta === null)
      return t('effectNew', { days: count, metric: titleOf(metric), value: figures.full(unit, computed) });
    return t('effect', {
      days: count,
      metric: titleOf(metric),
      difference: signedFigure(figures, unit, delta),
    });
  };
}
