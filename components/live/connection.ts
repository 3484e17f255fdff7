import type { ServerStatus } from '../../engine/protocol/status.ts';

/** A frame older than this means that what is on screen is not live. */
export const STALE_AFTER_MS = 5000;
/** Records that wait in the stream for longer mean that figures are behind; ms. */
export const BEHIND_AFTER_MS = 10_000;
/** Without an order for so long the screen says so: whoever sends them may have stopped; ms. */
export const QUIET_AFTER_MS = 300_000;

/** How what is on screen relates to the world, and whose fault it is when it does not. */
export type ConnectionState =
  /** No socket yet, since the page opened. */
  | 'connecting'
  /** The socket was lost: the network or the server. */
  | 'reconnecting'
  /** The server has begun a new run and published nothing of it yet: figures are of the run before. */
  | 'renewing'
  /** The server has published nothing yet. */
  | 'starting'
  /** The server replays what is already there. */
  | 'catching_up'
  | 'live'
  /** The stream can't be read: its brokers are away, or its topic is not there. */
  | 'interrupted'
  /** Orders come faster than they are read, or came while nothing could be read. */
  | 'behind'
  /** Everything in the stream is read, and nothing has come for {@link QUIET_AFTER_MS}. */
  | 'quiet'
  /** The socket is open but no frame has come for {@link STALE_AFTER_MS}. */
  | 'stale'
  /** The server says that its engine publishes no epochs. */
  | 'stalled'
  | 'failed';

export interface ConnectionFacts {
  readonly connected: boolean;
  readonly everConnected: boolean;
  /** What the server said since the connection. */
  readonly status: ServerStatus | null;
  /** Which run the figures on screen are of: the server's, one before it, or there are none. */
  readonly figures: 'none' | 'current' | 'superseded';
  /** Since the last frame, or since the connection where none came yet; ms. */
  readonly silentMs: number;
}

/** The state that explains the screen best: the nearest broken link between the person and the events. */
export function connectionState(facts: ConnectionFacts): ConnectionState {
  if (!facts.connected) return facts.everConnected ? 'reconnecting' : 'connecting';
  const { live, stream, quietMs } = facts.status ?? {};
  if (live === 'failed' || live === 'stalled') return live;
  if (facts.figures === 'superseded') return 'renewing';
  if (live === 'starting' && facts.figures === 'none') return 'starting';
  if (facts.silentMs > STALE_AFTER_MS) return 'stale';
  if (stream?.interrupted) return 'interrupted';
  // Figures of a run that calls itself starting: they came faster than its next status.
  if (live === 'catching_up' || live === 'starting') return 'catching_up';
  if (live === undefined) return facts.figures === 'none' ? 'connecting' : 'reconnecting';
  if (!stream) return 'live';
  if ((stream.lagMs ?? 0) > BEHIND_AFTER_MS) return 'behind';
  return stream.lagRecords === 0 && (quietMs ?? 0) > QUIET_AFTER_MS ? 'quiet' : 'live';
}

/** Figures on screen may be older than they look. */
export const DIMMED: ReadonlySet<ConnectionState> = new Set([
  'reconnecting',
  'renewing',
  'interrupted',
  'quiet',
  'stale',
  'stalled',
  'failed',
]);

/** Whether figures on screen are dimmed. */
export function isDimmed(state: ConnectionState): boolean {
  return DIMMED.has(state);
}
