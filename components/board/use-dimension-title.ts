'use client';

import { useFormats } from '../format/format-provider.tsx';
import { useInfo } from '../live/use-live.ts';
import { readableKey } from '../messages/use-key-name.ts';

/** Titles of dimensions in the reader's language, as the catalogue has them. */
export function useDimensionTitle(): (dimension: string) => string {
  const { language } = useFormats();
  const info = useInfo();
  return (dimension) =>
    info?.dimensions.find(({ name }) => name === dimension)?.title[language] ?? readableKey(dimension);
}
