'use client';

import { type ReactNode, useMemo } from 'react';
import { IntlProvider } from 'use-intl/react';
import type { Language } from '../format/language.ts';
import { en, type Messages } from './en.ts';
import { zhCN } from './zh-cn.ts';

/** Texts that a few pages alone say, so that the board need not load them. */
export type PageMessages = Readonly<Record<Language, object>>;

const messages: Readonly<Record<Language, Messages>> = { en, 'zh-CN': zhCN };

/** Texts in one language for everything below. The zone is only a fallback: the board formats its own times. */
export function MessagesProvider(props: {
  readonly language: Language;
  readonly more?: PageMessages;
  readonly children: ReactNode;
}) {
  const { language, more, children } = props;
  const all = useMemo(() => ({ ...messages[language], ...more?.[language] }), [language, more]);
  return (
    <IntlProvider locale={language} messages={all} timeZone="UTC">
      {children}
    </IntlProvider>
  );
}
