'use client';

import { useMemo } from 'react';
import { useMessages, useTranslations } from 'use-intl/react';
import type { RowKey } from '../../engine/protocol/view.ts';
import { useFormats } from '../format/format-provider.tsx';
import type { Messages } from './en.ts';

/** `home_garden` → `Home garden`: a key without a translation, made legible. */
export function readableKey(key: string): string {
  const words = key.replace(/[_-]+/g, ' ').trim();
  return /^[a-z]/.test(words) ? words.charAt(0).toUpperCase() + words.slice(1) : words;
}

/** The name of a country by its alpha-2 code in the reader's language; the key itself where it is none. */
function countryName(names: Intl.DisplayNames, key: string): string {
  return /^[A-Z]{2}$/.test(key) ? (names.of(key) ?? key) : key;
}

/** Names dimension keys in the reader's language. */
export function useKeyName(dimension: string): (key: RowKey) => string {
  const { language } = useFormats();
  const t = useTranslations();
  const { keys } = useMessages() as unknown as Messages;
  return useMemo(() => {
    const countries = new Intl.DisplayNames([language], { type: 'region' });
    const known: Readonly<Record<string, string>> | undefined = (
      keys as Readonly<Record<string, Readonly<Record<string, string>>>>
    )[dimension];
    return (key) => {
      if (key === null) return t('nullKey');
      const text = String(key);
      if (dimension === 'country') return countryName(countries, text);
      if (dimension === 'product' || dimension === 'merchant') return text;
      return known?.[text.toLowerCase().replace(/[\s-]+/g, '_')] ?? readableKey(text);
    };
  }, [language, t, keys, dimension]);
}
