'use client';

import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { type ReactNode, useEffect } from 'react';
import { FormatProvider } from '../format/format-provider.tsx';
import type { Language } from '../format/language.ts';
import { LiveProvider } from '../live/live-provider.tsx';
import { MessagesProvider } from '../messages/messages-provider.tsx';
import { useBoardState } from './url-state.ts';

/** What every page needs around it: the connection to the server, the language, the theme. */
export function PageRoot(props: { readonly preferred: Language; readonly children: ReactNode }) {
  return (
    <NuqsAdapter>
      <LiveProvider>
        <Localised preferred={props.preferred}>{props.children}</Localised>
      </LiveProvider>
    </NuqsAdapter>
  );
}

function Localised(props: { readonly preferred: Language; readonly children: ReactNode }) {
  const [{ lang, theme }] = useBoardState();
  const language = lang ?? props.preferred;
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = theme;
  }, [language, theme]);
  return (
    <MessagesProvider language={language}>
      <FormatProvider language={language}>
        <div className="themed" data-theme={theme} lang={language}>
          {props.children}
        </div>
      </FormatProvider>
    </MessagesProvider>
  );
}
