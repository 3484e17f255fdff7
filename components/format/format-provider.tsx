'use client';

import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { useInfo } from '../live/use-live.ts';
import { type ClockFormat, createClockFormat } from './clock-format.ts';
import { createFigureFormat, type FigureFormat } from './figure-format.ts';
import type { Language } from './language.ts';
import { createQuantityFormat, type QuantityFormat } from './quantity-format.ts';

interface Formats {
  readonly language: Language;
  readonly figures: FigureFormat;
  readonly clock: ClockFormat;
  readonly quantities: QuantityFormat;
}

const FormatContext = createContext<Formats | null>(null);

/** Formats in the reader's language and the board's currency and zone (plain ones until the board is known). */
export function FormatProvider(props: { readonly language: Language; readonly children: ReactNode }) {
  const info = useInfo();
  const currency = info?.currency ?? 'CNY';
  const minorDigits = info?.minorDigits ?? 2;
  const timeZone = info?.timeZone ?? 'UTC';
  const { language } = props;
  const formats = useMemo(
    () => ({
      language,
      figures: createFigureFormat({ language, currency, minorDigits }),
      clock: createClockFormat({ language, timeZone }),
      quantities: createQuantityFormat(language),
    }),
    [language, currency, minorDigits, timeZone],
  );
  return <FormatContext value={formats}>{props.children}</FormatContext>;
}

/** @throws Error where no {@link FormatProvider} is above. */
export function useFormats(): Formats {
  const formats = useContext(FormatContext);
  if (!formats) throw new Error('useFormats needs a FormatProvider above it');
  return formats;
}
