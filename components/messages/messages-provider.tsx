'use client';

import type { ReactNode } from 'react';
import { IntlProvider } from 'use-intl/react';
import type { Language } from '../format/language.ts';
import { en, type Messages } from './en.ts';
import { zhCN } from './zh-cn.ts';

const messages: Readonly<Record<Language, Messages>> = { en, 'zh-CN': zhCN };

/** Texts in one language for everything below. The zone is only a fallback: the board formats its own times. */
export function MessagesProvider(props: { readonly language: Language; readonly children: ReactNode }) {
  return (
    <IntlProvider locale={props.language} messages={messages[props.language]} timeZone="UTC">
      {props.children}
    </IntlProvider>
  );
}
