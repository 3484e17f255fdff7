'use client';

import { useFormats } from '../format/format-provider.tsx';
import { sayInChinese } from './say-in-chinese.ts';

const asItIs = (text: string): string => text;

/** Says what the server said in the reader's language. */
export function useSaid(): (text: string) => string {
  return useFormats().language === 'zh-CN' ? sayInChinese : asItIs;
}
