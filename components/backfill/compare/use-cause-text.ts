'use client';

import { useTranslations } from 'use-intl/react';
import type { Cause } from '../../../engine/protocol/comparison.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useMetrics } from './use-metrics.ts';

/** Says in words why figures differ. */
export function useCauseText(): (causes: readonly Cause[]) => string {
  const t = useTranslations('jobs.causes');
  const { figures } = useFormats();
  const { titleOf } = useMetrics();
  const count = (value: number) => figures.full('count', value);
  const text = (cause: Cause): string => {
    switch (cause.why) {
      case 'late':
      case 'conflicts':
        return t(cause.why, { count: count(cause.events) });
      case 'changed_definition':
        return t(cause.why, { metrics: cause.metrics.map(titleOf).join(', ') });
      case 'other_dataset':
        return t(cause.why, { dataset: cause.dataset });
      case 'other_rows':
        return t(cause.why, { published: count(cause.published), computed: count(cause.computed) });
      default:
        return t(cause.why);
    }
  };
  return (causes) => (causes.length === 0 ? t('unknown') : causes.map(text).join(' · '));
}
