import type { ServerStatus } from '../../engine/protocol/status.ts';

/** A frame older than this means that what is on screen is not live. */
export const STALE_AFTER_MS = 5000;

/** How what is on screen relates to the world, and whose fault it is when it does not. */
export type ConnectionState =
  /** No socket yet, since the page opened. */
  | 'connecting'
  /** The socket was lost: the network or the server. */
  | 'reconnecting'
  /** The server has published nothing yet. */
  | 'starting'
  /** The server replays what is already there. */
  | 'catching_up'
  | 'live'
  /** The socket is open but no frame has come for {@link STALE_AFTER_MS}. */
  | 'stale'
  /** The server says that its engine publishes no epochs. */
  | 'stalled'
  | 'failed';

export interface ConnectionFacts {
  readonly connected: boolean;
  readonly everConnected: boolean;
  readonly status: ServerStatus | null;
  /** Since the last frame, or since the connection where none came yet; ms. */
  readonly silentMs: number;
}

/** The state that explains the screen best: the nearest broken link between the person and the events. */
export function connectionState(facts: ConnectionFacts): ConnectionState {
  if (!facts.connected) return facts.everConnected ? 'reconnecting' : 'connecting';
  const live = facts.status?.live;
  if (live === 'failed' || live === 'stalled') return live;
  if (live === 'starting') return 'starting';
  if (facts.silentMs > STALE_AFTER_MS) return 'stale';
  if (live === 'catching_up') return 'catching_up';
  return live === undefined ? 'connecting' : 'live';
}

/** Whether figures on screen may be older than they look, so that they are dimmed. */
export function isDimmed(state: ConnectionState): boolean {
  return state === 'reconnecting' || state === 'stale' || state === 'stalled' || state === 'failed';
}
