'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl/react';
import type { CoverageDay, Dirt } from '../../../engine/protocol/coverage.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useInfo } from '../../live/use-live.ts';
import { dayLook, rowsOfDay } from './day-look.ts';

/** What there is to say of a day, part by part; the first two are its date and its state. */
export function useDayWords(): (day: CoverageDay) => readonly string[] {
  const t = useTranslations('coverage');
  const { figures, clock } = useFormats();
  const title = useMetricTitle();
  return useMemo(() => {
    const count = (value: number) => figures.full('count', value);
    const reason = (dirt: Dirt) =>
      t(`dirt.${dirt.why}`, { count: count('events' in dirt ? dirt.events : 0) });
    return (day) => {
      const { published, dirt, staleMetrics, state } = day;
      const rows = rowsOfDay(day);
      return [
        clock.dayOfLabel(day.day),
        t(`look.${dayLook(day)}`),
        ...(rows > 0 || state === 'published' ? [t('rows', { rows: count(rows) })] : []),
        ...(published
          ? [
              t(published.restated ? 'restated' : 'generation', {
                generation: published.generation,
                by: t(`by.${published.by}`),
                time: `${clock.date(published.atMs)} ${clock.minute(published.atMs)}`,
              }),
            ]
          : []),
        ...dirt.map(reason),
        ...(staleMetrics.length > 0 ? [t('lacks', { metrics: staleMetrics.map(title).join(', ') })] : []),
        ...(!day.inFiles && state === 'published' ? [t('notInFiles')] : []),
      ];
    };
  }, [t, figures, clock, title]);
}

/** A metric's title in the reader's language, its name where it has none. */
export function useMetricTitle(): (name: string) => string {
  const info = useInfo();
  const { language } = useFormats();
  return useMemo(() => {
    const titles = new Map(info?.metrics.map((metric) => [metric.name, metric.title[language]]));
    return (name) => titles.get(name) ?? name;
  }, [info, language]);
}
