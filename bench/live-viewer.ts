import { io, type Socket } from 'socket.io-client';
import {
  comparisonCurveView,
  countryView,
  daysView,
  rankingView,
  shareView,
  todayCurveView,
  totalView,
} from '../components/board/sale-views.ts';
import {
  type ClientToServer,
  decodeFrame,
  type ServerToClient,
  SOCKET_PATH,
} from '../engine/protocol/socket-events.ts';
import { type ViewSpec, viewId } from '../engine/protocol/view.ts';
import { PARTITIONS } from './live-broker.ts';
import { channelOf, nowMs } from './live-producer.ts';

/** A socket with the views of an open board, and one that tells how far each partition is in the frames. */
export interface FrameWatcher {
  /** Paid events by partition, as the last frame has them. */
  counts(): readonly number[];
  /** Frames since the first event. */
  frames(): number;
  /** Settles when a frame has made it true. */
  until(isSo: (counts: readonly number[]) => boolean): Promise<void>;
  /** When the first frame arrived that shows the partition's 1st, 2nd, … paid event; epoch ms. */
  shownMs(partition: number, events: number): Float64Array;
  close(): void;
}

const boardViews: readonly ViewSpec[] = [
  totalView,
  todayCurveView,
  comparisonCurveView,
  daysView,
  countryView,
  shareView('channel'),
  shareView('payment_method'),
  rankingView('category', 'gmv'),
  rankingView('product', 'gmv'),
];

const progressView: ViewSpec = {
  metrics: ['paid_events'],
  dimension: 'channel',
  grain: 'range',
  range: { kind: 'today' },
};

/** Resolves when every view has had its snapshot. */
export async function watchFrames(url: string): Promise<FrameWatcher> {
  const socket: Socket<ServerToClient, ClientToServer> = io(url, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    forceNew: true,
  });
  const specs = [...boardViews, progressView];
  const progress = viewId(progressView);
  const missing = new Set(specs.map(viewId));
  const counts = new Array<number>(PARTITIONS).fill(0);
  const steps = counts.map((): { readonly count: number; readonly atMs: number }[] => []);
  const listeners = new Set<() => void>();
  let frames = 0;

  const take = (text: string, attachments: readonly ArrayBuffer[], atMs: number): void => {
    const frame = decodeFrame(text, attachments);
    socket.emit('ack', frame.epoch);
    for (const part of frame.views) {
      missing.delete(part.view);
      if (part.view !== progress) continue;
      for (const [key, count] of part.rows ?? []) {
        const partition = counts.findIndex((_, i) => channelOf(i) === key);
        if (partition < 0) throw new Error(`${key} is no partition's channel`);
        if (count === null || count === undefined || count === counts[partition]) continue;
        counts[partition] = count;
        steps[partition]?.push({ count, atMs });
      }
    }
    if (counts.some((count) => count > 0)) frames++;
    for (const listener of listeners) listener();
  };

  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((done) => {
      const look = (): void => {
        if (!isSo()) return;
        listeners.delete(look);
        done();
      };
      listeners.add(look);
      look();
    });

  const refused = new Promise<never>((_, fail) => {
    socket.on('refused', ({ view, reason }) => fail(new Error(`${view}: ${reason}`)));
  });
  socket.on('frame', (text, ...attachments) => take(text, attachments, nowMs()));
  socket.on('connect', () => socket.emit('views', specs));
  await Promise.race([until(() => missing.size === 0), refused]);

  return {
    counts: () => counts,
    frames: () => frames,
    until: (isSo) => until(() => isSo(counts)),
    shownMs(partition, events) {
      const shown = new Float64Array(events).fill(Number.POSITIVE_INFINITY);
      let n = 0;
      for (const { count, atMs } of steps[partition] ?? []) {
        shown.fill(atMs, n, count);
        n = count;
      }
      return shown;
    },
    close: () => void socket.disconnect(),
  };
}
