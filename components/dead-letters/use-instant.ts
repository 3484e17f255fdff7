'use client';

import { useTranslations } from 'use-intl/react';
import { useFormats } from '../format/format-provider.tsx';

/** Writes an instant in the board's zone: `11 Nov 2026 12:03:41`, or without the year where it is known. */
export function useInstant(options: { readonly short?: boolean } = {}): (ms: number | null) => string {
  const t = useTranslations('letters');
  const { clock } = useFormats();
  const day = options.short ? clock.shortDay : clock.date;
  return (ms) => (ms === null ? t('unknown') : `${day(ms)} ${clock.time(ms)}`);
}
