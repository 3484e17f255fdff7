'use client';

import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { type ReactNode, useEffect } from 'react';
import { FormatProvider } from '../format/format-provider.tsx';
import type { Language } from '../format/language.ts';
import { LiveProvider } from '../live/live-provider.tsx';
import { MessagesProvider, type PageMessages } from '../messages/messages-provider.tsx';
import { useBoardState } from './url-state.ts';

interface PageRootProps {
  readonly preferred: Language;
  /** What this page says besides what all say. */
  readonly messages?: PageMessages;
  readonly children: ReactNode;
}

/** What every page needs around it: the connection to the server, the language, the theme. */
export function PageRoot(props: PageRootProps) {
  return (
    <NuqsAdapter>
      <LiveProvider>
        <Localised {...props} />
      </LiveProvider>
    </NuqsAdapter>
  );
}

function Localised(props: PageRootProps) {
  const [{ lang, theme }] = useBoardState();
  const language = lang ?? props.preferred;
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = theme;
  }, [language, theme]);
  return (
    <MessagesProvider language={language} more={props.messages}>
      <FormatProvider language={language}>
        <div className="themed" data-theme={theme} lang={language}>
          {props.children}
        </div>
      </FormatProvider>
    </MessagesProvider>
  );
}
