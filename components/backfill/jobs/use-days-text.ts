'use client';

import { useTranslations } from 'use-intl/react';
import type { DaySpan } from '../../../engine/protocol/jobs.ts';
import { useFormats } from '../../format/format-provider.tsx';

/** How many stretches of days are named one by one. */
const NAMED = 3;

/** Writes days for people: how many, and which stretches. */
export function useDaysText(): {
  count(days: number): string;
  /** `1 Nov 2026 – 30 Nov 2026`; of many stretches the first and the last day. */
  spans(spans: readonly DaySpan[]): string;
  /** Days one by one, the first few of many. */
  list(days: readonly string[], most?: number): string;
} {
  const t = useTranslations('jobs');
  const { clock, figures } = useFormats();
  const range = ({ from, to }: DaySpan) =>
    from === to ? clock.labelled(from) : t('range', { from: clock.labelled(from), to: clock.labelled(to) });
  const more = (count: number) => t('unit.more', { count: figures.full('count', count) });
  return {
    count: (days) => (days === 1 ? t('oneDay') : t('days', { count: figures.full('count', days) })),
    spans(spans) {
      const [first, last] = [spans[0], spans.at(-1)];
      if (!first || !last) return t('unknown');
      if (spans.length <= NAMED) return spans.map(range).join(', ');
      return `${range({ from: first.from, to: last.to })} (${spans.slice(0, 1).map(range)}, ${more(spans.length - 1)})`;
    },
    list(days, most = 5) {
      const named = days.slice(0, most).map(clock.labelled);
      return [...named, ...(days.length > most ? [more(days.length - most)] : [])].join(', ');
    },
  };
}
