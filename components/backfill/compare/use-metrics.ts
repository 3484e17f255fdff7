'use client';

import { useMemo } from 'react';
import type { Unit } from '../../format/figure-format.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { useInfo } from '../../live/use-live.ts';
import { readableKey } from '../../messages/use-key-name.ts';

/** Names and units of metrics; one that the running definitions lack is a count by its own name. */
export function useMetrics(): { titleOf(metric: string): string; unitOf(metric: string): Unit } {
  const info = useInfo();
  const { language } = useFormats();
  return useMemo(() => {
    const known = new Map(info?.metrics.map((metric) => [metric.name, metric]));
    return {
      titleOf: (metric) => known.get(metric)?.title[language] ?? readableKey(metric),
      unitOf: (metric) => known.get(metric)?.unit ?? 'count',
    };
  }, [info, language]);
}
