import type { Frame } from '../../engine/protocol/frames.ts';
import type { JobSummary } from '../../engine/protocol/jobs.ts';
import {
  type ClientToServer,
  decodeFrame,
  type ServerToClient,
  type ViewRefusal,
} from '../../engine/protocol/socket-events.ts';
import type { BoardInfo, ServerStatus } from '../../engine/protocol/status.ts';
import { type ViewSpec, viewId } from '../../engine/protocol/view.ts';
import { type ConnectionFacts, type ConnectionState, connectionState } from './connection.ts';
import { applyJobUpdate, type HeldJob } from './job-store.ts';
import { createJobWatch, type WatchedJobs } from './job-watch.ts';
import { applyFrame, emptyState, keepViews, type LiveState, type ReadArrow } from './live-store.ts';

/** The part of a socket.io client that live figures need. */
export interface LiveSocket {
  on<E extends keyof ServerToClient>(event: E, listener: ServerToClient[E]): unknown;
  on(event: 'connect' | 'disconnect', listener: () => void): unknown;
  emit<E extends keyof ClientToServer>(event: E, ...args: Parameters<ClientToServer[E]>): unknown;
  disconnect(): unknown;
}

/** One immutable value per change, for `useSyncExternalStore`. */
export interface LiveSnapshot {
  readonly figures: LiveState;
  readonly status: ServerStatus | null;
  readonly info: BoardInfo | null;
  readonly connection: ConnectionState;
  /** View id → why the server refuses it. */
  readonly refused: ReadonlyMap<string, ViewRefusal>;
  /** The newest first; null before the list came to who watches jobs. */
  readonly jobs: readonly JobSummary[] | null;
  /** The one job that is watched; null before it came. */
  readonly job: HeldJob | null;
}

/** A refused view is asked for again after this: a server that is still starting refuses for a while. */
export const ASK_AGAIN_MS = 5000;

export interface LiveClient {
  subscribe(listener: () => void): () => void;
  snapshot(): LiveSnapshot;
  /** Asks for a view until the returned function is called. Equal specs share one subscription. */
  want(spec: ViewSpec): () => void;
  /** Has the status name the stream's partitions until the returned function is called. */
  watchPartitions(): () => void;
  /** Has the list of jobs, or that and one job, kept up to date until the returned function is called. */
  watchJobs(what: WatchedJobs): () => void;
  close(): void;
}

export const emptySnapshot: LiveSnapshot = {
  figures: emptyState,
  status: null,
  info: null,
  connection: 'connecting',
  refused: new Map(),
  jobs: null,
  job: null,
};

/** Refusals but for those of views that the frame brings. */
function withoutServed(refused: LiveSnapshot['refused'], frame: Frame): LiveSnapshot['refused'] {
  const served = frame.views.filter(({ view }) => refused.has(view)).map(({ view }) => view);
  if (served.length === 0) return refused;
  const left = new Map(refused);
  for (const view of served) left.delete(view);
  return left;
}

/** A status may be older than a frame, so it tells of a new run only before the first one. */
function standing(figures: LiveState, unframed: ServerStatus | null): ConnectionFacts['figures'] {
  if (figures.views.size === 0 || figures.epoch === 0) return 'none';
  const other = unframed !== null && unframed.runId !== figures.runId;
  return figures.next !== null || other ? 'superseded' : 'current';
}

/**
 * Keeps the wanted views up to date over one socket, which it opens at once. A frame that can't be read is not
 * acknowledged: the server holds the following ones back and the screen says that it is stale.
 */
export function createLiveClient(options: {
  readonly openSocket: () => LiveSocket;
  readonly readArrow: ReadArrow;
  readonly nowMs: () => number;
  readonly every: (ms: number, run: () => void) => () => void;
}): LiveClient {
  const { openSocket, readArrow, nowMs, every } = options;
  const listeners = new Set<() => void>();
  const wanted = new Map<string, { spec: ViewSpec; users: number }>();
  let current = emptySnapshot;
  let connected = false;
  let everConnected = false;
  /** What the server at the other end said since the connection: it may be another one than before. */
  let heardStatus: ServerStatus | null = null;
  let heardFrame = false;
  let lastSignMs = nowMs();
  let announcing = false;
  let askedMs = nowMs();
  let watchers = 0;

  function publish(change: Partial<LiveSnapshot>): void {
    const next = { ...current, ...change };
    const silentMs = nowMs() - lastSignMs;
    const figures = standing(next.figures, heardFrame ? null : heardStatus);
    const connection = connectionState({ connected, everConnected, status: heardStatus, figures, silentMs });
    if (Object.keys(change).length === 0 && connection === current.connection) return;
    current = { ...next, connection };
    for (const listener of listeners) listener();
  }

  const socket = openSocket();

  function announce(): void {
    if (announcing) return;
    announcing = true;
    queueMicrotask(() => {
      announcing = false;
      const figures = keepViews(current.figures, new Set(wanted.keys()));
      if (figures !== current.figures) publish({ figures });
      if (!connected) return;
      askedMs = nowMs();
      const specs = [...wanted.values()].map((entry) => entry.spec);
      socket.emit('views', specs);
    });
  }

  const watch = createJobWatch((what) => {
    const { job } = current;
    if (job !== null && (what === null || what === 'list' || what.job !== job.id)) publish({ job: null });
    if (connected) socket.emit('watchJobs', what);
  });

  socket.on('connect', () => {
    connected = true;
    everConnected = true;
    heardStatus = null;
    heardFrame = false;
    lastSignMs = nowMs();
    announce();
    if (watchers > 0) socket.emit('partitions', true);
    watch.again();
    publish({ refused: new Map() });
  });
  socket.on('disconnect', () => {
    connected = false;
    publish({});
  });
  socket.on('info', (info) => publish({ info }));
  socket.on('status', (status) => {
    heardStatus = status;
    publish({ status });
  });
  socket.on('refused', (refusal) =>
    publish({ refused: new Map(current.refused).set(refusal.view, refusal) }),
  );
  socket.on('frame', (text, ...attachments) => {
    const frame = decodeFrame(text, attachments);
    const ids = new Set(wanted.keys());
    const refused = new Set(current.refused.keys());
    const { state, resync } = applyFrame({ state: current.figures, frame, wanted: ids, refused, readArrow });
    lastSignMs = nowMs();
    heardFrame = true;
    publish({ figures: state, refused: withoutServed(current.refused, frame) });
    for (const view of resync) socket.emit('resync', view);
    socket.emit('ack', frame.epoch);
  });
  socket.on('jobs', (jobs) => publish({ jobs }));
  socket.on('job', (update) => {
    if (!watch.isOf(update)) return;
    const { job, missed } = applyJobUpdate(current.job, update);
    if (job !== current.job) publish({ job });
    if (missed) watch.missed();
  });
  const stopClock = every(1000, () => {
    publish({});
    if (current.refused.size > 0 && nowMs() - askedMs >= ASK_AGAIN_MS) announce();
  });

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => current,
    want(spec) {
      const id = viewId(spec);
      const entry = wanted.get(id) ?? { spec, users: 0 };
      entry.users++;
      wanted.set(id, entry);
      announce();
      return () => {
        entry.users--;
        if (entry.users === 0) wanted.delete(id);
        announce();
      };
    },
    watchPartitions() {
      if (watchers++ === 0 && connected) socket.emit('partitions', true);
      return () => {
        if (--watchers === 0 && connected) socket.emit('partitions', false);
      };
    },
    watchJobs: watch.add,
    close() {
      stopClock();
      socket.disconnect();
      listeners.clear();
    },
  };
}
