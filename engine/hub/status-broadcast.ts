import type { ServerStatus } from '../protocol/status.ts';

/** At most two a second. */
const MIN_INTERVAL_MS = 500;

/** Sends the server's status when it changed, at most twice a second; the last change always gets out. */
export interface StatusBroadcast {
  set(status: ServerStatus): void;
  current(): ServerStatus | null;
  close(): void;
}

export function createStatusBroadcast(send: (status: ServerStatus) => void): StatusBroadcast {
  let current: ServerStatus | null = null;
  let sentText = '';
  let waiting: NodeJS.Timeout | null = null;

  const flush = (): void => {
    waiting = null;
    const text = JSON.stringify(current);
    if (current === null || text === sentText) return;
    sentText = text;
    send(current);
    waiting = setTimeout(flush, MIN_INTERVAL_MS);
  };

  return {
    set(status) {
      current = status;
      if (waiting === null) flush();
    },
    current: () => current,
    close() {
      if (waiting !== null) clearTimeout(waiting);
    },
  };
}
