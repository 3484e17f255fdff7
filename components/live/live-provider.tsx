'use client';

import { createContext, type ReactNode, useEffect, useState } from 'react';
import { loadCode } from '../server/load-code.ts';
import type { LiveClient } from './live-client.ts';

export const LiveContext = createContext<LiveClient | null>(null);

/** Opens the page's one socket and closes it with the page. Its code and Arrow's load after the first paint. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [client, setClient] = useState<LiveClient | null>(null);
  useEffect(() => {
    let opened: LiveClient | null = null;
    const unload = loadCode(
      () => import('./open-live.ts'),
      ({ openLive }) => {
        opened = openLive();
        setClient(opened);
      },
    );
    return () => {
      unload();
      opened?.close();
    };
  }, []);
  return <LiveContext value={client}>{children}</LiveContext>;
}
