import { ACK_WINDOW } from '../protocol/socket-events.ts';
import { type AckWindow, createAckWindow } from './ack-window.ts';

/** Packets that may wait in a socket's own queue: a client that acknowledges without reading costs no more. */
const MAX_QUEUED_PACKETS = 64;

/** One socket as the fan-out sees it. */
export interface Viewer {
  /** The socket's id. */
  readonly id: string;
  /** Views that it holds and that are in use, and one text per distinct set of views. */
  readonly views: Set<string>;
  setKey: string;
  /**
   * Views whose client is not at the hub's seq, with the seq that it holds (`null`: none it could build on).
   * While there is any, patches wait for the one read that brings all of them to the same epoch.
   */
  readonly behind: Map<string, number | null>;
  readonly window: AckWindow;
  /** Packets handed to the transport that have not left yet. */
  queued: number;
  reading: boolean;
  lastSentMs: number;
}

export function createViewer(id: string): Viewer {
  return {
    id,
    views: new Set(),
    setKey: '',
    behind: new Map(),
    window: createAckWindow(ACK_WINDOW),
    queued: 0,
    reading: false,
    lastSentMs: Number.NEGATIVE_INFINITY,
  };
}

/** Whether the client may be sent another frame. */
export function takesFrames(viewer: Viewer): boolean {
  return viewer.window.isOpen() && viewer.queued < MAX_QUEUED_PACKETS;
}

/** Adds views; each starts with a snapshot. */
export function holdViews(viewer: Viewer, views: Iterable<string>): void {
  for (const view of views) {
    if (viewer.views.has(view)) continue;
    viewer.views.add(view);
    viewer.behind.set(view, null);
  }
  viewer.setKey = [...viewer.views].sort().join('\n');
}

export function dropViews(viewer: Viewer, views: Iterable<string>): void {
  for (const view of views) {
    viewer.views.delete(view);
    viewer.behind.delete(view);
  }
  viewer.setKey = [...viewer.views].sort().join('\n');
}
