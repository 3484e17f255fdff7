import type { Server, Socket } from 'socket.io';
import { GmvError, reasonOf } from '../errors.ts';
import type { EncodedEpoch } from '../protocol/encoded.ts';
import type { JobsNews } from '../protocol/jobs-api.ts';
import type { ClientToServer, ServerToClient } from '../protocol/socket-events.ts';
import type { BoardInfo, ServerStatus } from '../protocol/status.ts';
import type { ViewSpec } from '../protocol/view.ts';
import { createFanOut } from './fan-out.ts';
import { createJobWatchers, type JobsFeed } from './job-watchers.ts';
import { parseViews } from './parse-views.ts';
import { createStatusBroadcast } from './status-broadcast.ts';
import type { ViewFeed } from './view-feed.ts';
import { createViewer, dropViews, holdViews, type Viewer } from './viewer.ts';
import { createViewsInUse } from './views-in-use.ts';

/** A socket whose oldest frame is unacknowledged for this long is disconnected; ms. */
const SILENT_AFTER_MS = 60_000;
/** Sockets that want each partition of the stream in the status. */
const WATCHING = 'partitions';

export interface HubOptions {
  readonly io: Server<ClientToServer, ServerToClient>;
  readonly feed: ViewFeed;
  readonly jobs: JobsFeed;
  readonly info: BoardInfo;
  /** A clock that never jumps; ms. */
  readonly nowMs?: () => number;
  /** Most views that all sockets together may hold; default 1,000. */
  readonly maxViews?: number;
  /** How often to look for silent sockets and unheld views; ms, default 5,000. */
  readonly sweepEveryMs?: number;
  readonly onError: (message: string, error: unknown) => void;
}

/**
 * Fans out what the data thread encoded: which socket holds which views, who is too slow, what it lacks. The hub
 * never looks into a figure, it passes bytes on. Its neighbours are the feed (the data thread) and socket.io.
 */
export interface Hub {
  publish(epoch: EncodedEpoch): void;
  setStatus(status: ServerStatus): void;
  jobNews(news: JobsNews): void;
  /** Whoever tells of jobs began anew. */
  jobsAgain(): void;
  /** What `/metrics` says of the hub. */
  gauges(): { sockets: number; views: number; encodings: number };
  close(): Promise<void>;
}

type HubSocket = Socket<ClientToServer, ServerToClient>;

/** Creates the hub on a socket.io server, which it closes at its end. */
export function createHub(options: HubOptions): Hub {
  const {
    io,
    feed,
    jobs,
    info,
    onError,
    nowMs = () => performance.now(),
    maxViews = 1000,
    sweepEveryMs = 5000,
  } = options;
  const sockets = new Map<HubSocket, Viewer>();
  const jobWatchers = createJobWatchers({ io, feed: jobs, onError });
  const inUse = createViewsInUse({ feed, maxViews, lingerMs: 15_000, nowMs });
  const brief = createStatusBroadcast((current) => io.except(WATCHING).emit('status', current));
  const whole = createStatusBroadcast((current) => io.to(WATCHING).emit('status', current));
  const fanOut = createFanOut({
    feed,
    nowMs,
    deliver: (ids, frame) =>
      io
        .to([...ids])
        .compress(false)
        .emit('frame', frame.text, ...frame.attachments),
    onReadFailed: (error) => onError('views could not be read', error),
  });

  io.on('connection', (socket) => {
    const viewer = createViewer(socket.id);
    /** What the client wants now, also where the view is not in use yet. */
    let wanted = new Map<string, ViewSpec>();
    sockets.set(socket, viewer);
    fanOut.add(viewer);
    countQueue(socket, viewer);
    jobWatchers.connect(socket);
    socket.emit('info', info);
    const known = brief.current();
    if (known) socket.emit('status', known);

    let pumping = false;
    const pumpSoon = (): void => {
      if (pumping) return;
      pumping = true;
      setImmediate(() => {
        pumping = false;
        fanOut.pump(viewer);
      });
    };

    const take = async (view: string, spec: ViewSpec): Promise<void> => {
      try {
        await inUse.hold(view, spec);
      } catch (error) {
        const code = error instanceof GmvError ? error.code : 'view';
        if (wanted.delete(view)) socket.emit('refused', { view, code, reason: reasonOf(error) });
        return;
      }
      if (wanted.get(view) !== spec) inUse.release(view);
      else holdViews(viewer, [view]);
    };

    socket.on('views', (sent) => {
      const { views, refused } = parseViews(sent);
      for (const refusal of refused) socket.emit('refused', refusal);
      const gone = [...wanted.keys()].filter((view) => !views.has(view));
      const held = gone.filter((view) => viewer.views.has(view));
      dropViews(viewer, held);
      for (const view of held) inUse.release(view);
      const added = [...views].filter(([view]) => !wanted.has(view));
      wanted = new Map([...views].map(([view, spec]) => [view, wanted.get(view) ?? spec]));
      // Each view starts as soon as it is there (one that reads long history keeps no other waiting), and those
      // that are there at the same time in one frame.
      for (const [view, spec] of added) void take(view, spec).then(pumpSoon);
    });
    socket.on('ack', (epoch) => {
      if (!Number.isSafeInteger(epoch)) return;
      viewer.window.acknowledged(epoch);
      fanOut.pump(viewer);
    });
    socket.on('partitions', (wanted) => {
      if (wanted !== true) return void socket.leave(WATCHING);
      void socket.join(WATCHING);
      const all = whole.current();
      if (all) socket.emit('status', all);
    });
    socket.on('resync', (view) => {
      if (!viewer.views.has(view)) return;
      viewer.behind.set(view, null);
      fanOut.pump(viewer);
    });
    socket.on('disconnect', () => {
      sockets.delete(socket);
      fanOut.remove(viewer);
      for (const view of viewer.views) inUse.release(view);
      wanted = new Map();
    });
  });

  const sweeping = setInterval(() => {
    inUse.sweep();
    const before = nowMs() - SILENT_AFTER_MS;
    for (const [socket, viewer] of sockets) {
      const oldest = viewer.window.oldestSentMs();
      // As a line that broke, so that the client comes again: one that is sent away by socket.io never does.
      if (oldest !== null && oldest <= before) socket.conn.close(true);
    }
  }, sweepEveryMs);

  return {
    publish: fanOut.publish,
    setStatus(status) {
      brief.set(withoutPartitions(status));
      whole.set(status);
    },
    jobNews: jobWatchers.news,
    jobsAgain: jobWatchers.again,
    gauges: () => ({ sockets: sockets.size, views: inUse.size(), encodings: fanOut.encodings() }),
    async close() {
      clearInterval(sweeping);
      brief.close();
      whole.close();
      await io.close();
    },
  };
}

function countQueue(socket: HubSocket, viewer: Viewer): void {
  socket.conn.on('packetCreate', () => {
    viewer.queued++;
  });
  socket.conn.on('drain', () => {
    viewer.queued = 0;
  });
}

function withoutPartitions(status: ServerStatus): ServerStatus {
  return status.stream ? { ...status, stream: { ...status.stream, partitions: [] } } : status;
}
