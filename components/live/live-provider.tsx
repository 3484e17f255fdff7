'use client';

import { createContext, type ReactNode, useEffect, useState } from 'react';
import type { LiveClient } from './live-client.ts';

export const LiveContext = createContext<LiveClient | null>(null);

/** Opens the page's one socket and closes it with the page. Its code and Arrow's load after the first paint. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [client, setClient] = useState<LiveClient | null>(null);
  useEffect(() => {
    let gone = false;
    let opened: LiveClient | null = null;
    void import('./open-live.ts').then(({ openLive }) => {
      if (gone) return;
      opened = openLive();
      setClient(opened);
    });
    return () => {
      gone = true;
      opened?.close();
    };
  }, []);
  return <LiveContext value={client}>{children}</LiveContext>;
}
