import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { type Socket as ClientSocket, io as connect } from 'socket.io-client';
import { GmvError } from '../engine/errors.ts';
import { createHub, type HubOptions } from '../engine/hub/hub.ts';
import type { ViewFeed } from '../engine/hub/view-feed.ts';
import type { EncodedEpoch, EncodedView } from '../engine/protocol/encoded.ts';
import type { Frame } from '../engine/protocol/frames.ts';
import {
  type ClientToServer,
  decodeFrame,
  type ServerToClient,
  SOCKET_PATH,
  type ViewRefusal,
} from '../engine/protocol/socket-events.ts';
import type { BoardInfo, ServerStatus } from '../engine/protocol/status.ts';
import { type RowKey, type ViewSpec, viewId } from '../engine/protocol/view.ts';

const info = { timeZone: 'UTC', currency: 'CNY' } as BoardInfo;
export const today = (metric: string): ViewSpec => ({
  metrics: [metric],
  grain: 'range',
  range: { kind: 'today' },
});
const NO_JOBS: HubOptions['jobs'] = {
  api: { jobs: async () => [], job: async ({ id }) => Promise.reject(new Error(`there is no job ${id}`)) },
  watch: () => undefined,
};

/**
 * A data side that keeps the contract: one number per view, a seq per change, snapshots and catch-ups as of
 * one epoch, answers after `delayMs` in the order of the questions and the epochs.
 */
export function createFakeFeed() {
  const held = new Map<string, { seq: number; value: number; refusal?: string }>();
  const subscribed: string[] = [];
  let listener: (epoch: EncodedEpoch) => void = () => {};
  let runId = 'run-1';
  let epoch = 0;
  let reads = 0;
  let out: Promise<unknown> = Promise.resolve();
  let delayMs = 0;
  let mostHeld = Number.POSITIVE_INFINITY;

  /** Like a port: what is sent first arrives first. */
  const inOrder = <T>(make: () => T): Promise<T> => {
    const made = make();
    const sent = out.then(async () => {
      if (delayMs > 0) await new Promise((done) => setTimeout(done, delayMs));
      return made;
    });
    out = sent;
    return sent;
  };
  const head = () => ({ runId, epoch, watermarkMs: epoch, dataToMs: epoch, publishedAtMs: 0 });
  const encode = (view: string, since: number | null): EncodedView => {
    const { seq, value } = held.get(view) ?? { seq: 0, value: 0 };
    const kind = since === null ? 'snapshot' : 'patch';
    const rows: [RowKey, number][] = [[null, value]];
    const body = since === null ? { meta: {}, rows, arrow: null } : { prevSeq: since, rows, removed: [] };
    const prevSeq = since ?? seq;
    return { view, kind, prevSeq, seq, text: JSON.stringify({ kind, view, seq, ...body }), attachment: null };
  };

  const feed: ViewFeed = {
    async subscribe(spec) {
      const view = viewId(spec);
      if (spec.metrics[0] === 'unknown') throw new Error('There is no metric "unknown". Ask for another.');
      if (held.size >= mostHeld) {
        throw new GmvError('filters_taken', 'All places are taken', 'Try again.', { retriable: true });
      }
      subscribed.push(view);
      if (!held.has(view)) held.set(view, { seq: 0, value: 0 });
    },
    unsubscribe(view) {
      held.delete(view);
    },
    read(wants) {
      reads++;
      const missing = wants.find(({ view }) => !held.has(view));
      if (missing) return Promise.reject(new Error(`nobody subscribed to ${missing.view}`));
      return inOrder(() => ({ ...head(), views: wants.map(({ view, since }) => encode(view, since)) }));
    },
  };
  return {
    feed,
    subscribed,
    onEpoch: (to: (epoch: EncodedEpoch) => void) => {
      listener = to;
    },
    /** Publishes one epoch in which the given views take new values. */
    step(changes: ReadonlyMap<string, number> = new Map()): Promise<void> {
      return inOrder((): EncodedEpoch => {
        epoch++;
        const views: EncodedView[] = [];
        for (const [view, value] of changes) {
          const entry = held.get(view);
          if (!entry) continue;
          held.set(view, { seq: entry.seq + 1, value });
          views.push(encode(view, entry.seq));
        }
        return { ...head(), views };
      }).then((published) => listener(published));
    },
    restart(): void {
      runId = `run-${Number(runId.slice(4)) + 1}`;
      epoch = 0;
      for (const view of held.keys()) held.set(view, { seq: 0, value: 0 });
    },
    slow(ms: number): void {
      delayMs = ms;
    },
    /** Beyond so many views it refuses further ones. */
    mostHeld(views: number): void {
      mostHeld = views;
    },
    reads: () => reads,
    viewsInUse: () => [...held.keys()],
  };
}

const closing: (() => Promise<unknown> | unknown)[] = [];

/** Closes every hub and client of the test; for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

/** A real socket.io server on a free port with a hub over a fake feed. */
export async function startHub(options: Partial<HubOptions> = {}) {
  const fake = createFakeFeed();
  const http = createServer();
  const io = new Server<ClientToServer, ServerToClient>(http, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    perMessageDeflate: false,
  });
  const errors: string[] = [];
  const hub = createHub({
    io,
    feed: fake.feed,
    jobs: NO_JOBS,
    info,
    onError: (text) => errors.push(text),
    ...options,
  });
  fake.onEpoch(hub.publish);
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  closing.push(hub.close);
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return { ...fake, hub, url, errors };
}

/** A client that holds one number per view, and remembers everything that it saw. */
export function createClient(url: string, { acks = true, applies = true } = {}) {
  const socket: ClientSocket<ServerToClient, ClientToServer> = connect(url, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    forceNew: true,
  });
  closing.push(() => socket.disconnect());
  const values = new Map<string, { seq: number; value: number }>();
  const frames: Frame[] = [];
  const texts: string[] = [];
  const gaps: string[] = [];
  const refused: ViewRefusal[] = [];
  const statuses: ServerStatus[] = [];
  let acking = acks;
  let runId = '';
  socket.on('refused', (refusal) => refused.push(refusal));
  socket.on('status', (status) => statuses.push(status));
  socket.on('frame', (text) => {
    const frame = decodeFrame(text, []);
    texts.push(text);
    frames.push(frame);
    if (frame.runId !== runId) values.clear();
    runId = frame.runId;
    for (const part of applies ? frame.views : []) {
      const before = values.get(part.view);
      if (part.kind === 'patch' && before?.seq !== part.prevSeq && part.seq > (before?.seq ?? -1)) {
        gaps.push(part.view);
        continue;
      }
      const value = part.rows?.[0]?.[1] ?? 0;
      if (part.kind === 'snapshot' || part.seq > (before?.seq ?? -1)) {
        values.set(part.view, { seq: part.seq, value });
      }
    }
    if (acking) socket.emit('ack', frame.epoch);
  });
  return {
    socket,
    values,
    frames,
    texts,
    gaps,
    refused,
    statuses,
    want: (...specs: unknown[]) => socket.emit('views', specs as ViewSpec[]),
    valueOf: (spec: ViewSpec) => values.get(viewId(spec))?.value,
    startAcking() {
      acking = true;
      socket.emit('ack', frames.at(-1)?.epoch ?? 0);
    },
  };
}
