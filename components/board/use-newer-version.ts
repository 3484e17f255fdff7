'use client';

import { useRef } from 'react';
import { useInfo } from '../live/use-live.ts';

/** Whether the server has come back as another version than the one this page was opened with. */
export function useNewerVersion(): boolean {
  const version = useInfo()?.version;
  const first = useRef(version);
  first.current ??= version;
  return version !== undefined && version !== first.current;
}
