import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { Server, type Socket } from 'socket.io';
import { io } from 'socket.io-client';
import { afterEach, expect, test, vi } from 'vitest';
import type { JobUpdate } from '../../engine/protocol/jobs.ts';
import {
  type ClientToServer,
  type ServerToClient,
  SOCKET_PATH,
} from '../../engine/protocol/socket-events.ts';
import type { ServerStatus } from '../../engine/protocol/status.ts';
import { type ViewSpec, viewId } from '../../engine/protocol/view.ts';
import { arrowRows } from './arrow-rows.ts';
import { ASK_AGAIN_MS, createLiveClient, type LiveSocket } from './live-client.ts';

type ServerSocket = Socket<ClientToServer, ServerToClient>;

/** As soon as it holds; a busy machine may take long. */
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000 });

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const gmv: ViewSpec = { metrics: ['gmv'], grain: 'range', range: { kind: 'today' } };
const curve: ViewSpec = { metrics: ['gmv'], grain: 'minute', range: { kind: 'today' } };
const meta = {
  from: null,
  to: null,
  startMs: null,
  endMs: null,
  missingDays: 0,
  restatedDays: 0,
  keys: 0,
  note: null,
  filtered: null,
};

/** A real socket server, and a client of it whose clock the test moves. */
async function connected() {
  const http = createServer();
  const server = new Server<ClientToServer, ServerToClient>(http, {
    path: SOCKET_PATH,
    transports: ['websocket'],
  });
  await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready));
  closing.push(() => server.close());
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const heard: {
    sockets: ServerSocket[];
    views: ViewSpec[][];
    acks: number[];
    resyncs: string[];
    partitions: boolean[];
    watched: unknown[];
  } = {
    sockets: [],
    views: [],
    acks: [],
    resyncs: [],
    partitions: [],
    watched: [],
  };
  server.on('connection', (socket) => {
    heard.sockets.push(socket);
    socket.on('views', (specs) => heard.views.push([...specs]));
    socket.on('ack', (epoch) => heard.acks.push(epoch));
    socket.on('resync', (view) => heard.resyncs.push(view));
    socket.on('partitions', (wanted) => heard.partitions.push(wanted));
    socket.on('watchJobs', (what) => heard.watched.push(what));
  });
  const clock = { nowMs: 0, tick: () => {} };
  const client = createLiveClient({
    openSocket: () =>
      io(url, {
        path: SOCKET_PATH,
        transports: ['websocket'],
        reconnectionDelay: 10,
        reconnectionDelayMax: 20,
      }) as LiveSocket,
    readArrow: arrowRows,
    nowMs: () => clock.nowMs,
    every(_, run) {
      clock.tick = run;
      return () => {};
    },
  });
  closing.push(() => client.close());
  return { client, heard, clock };
}

const status: ServerStatus = {
  runId: 'a',
  source: 'simulator',
  live: 'live',
  lagMs: 20,
  epoch: 7,
  eventsPerSecond: 50,
  counts: { rows: 0, applied: 0, duplicates: 0, conflicts: 0, late: 0, rejected: 0, rejectedBy: {} },
  replay: null,
  stream: null,
  parity: null,
  quietMs: 0,
  threads: [],
  restarts: 0,
  problem: null,
};

const frame = (epoch: number, views: readonly object[], runId = 'a') =>
  JSON.stringify({ runId, epoch, watermarkMs: null, dataToMs: null, publishedAtMs: 0, views });
const snapshot = (view: string, seq: number, rows: unknown) => ({
  kind: 'snapshot',
  view,
  seq,
  meta,
  rows,
  arrow: null,
});

test('asks once for equal views, acknowledges frames, and lets go of what is not shown', async () => {
  const { client, heard } = await connected();
  const dropFirst = client.want(gmv);
  const dropSecond = client.want({ range: { kind: 'today' }, grain: 'range', metrics: ['gmv'] });
  await soon(() => expect(heard.views.at(-1)).toEqual([gmv]));
  heard.sockets[0]?.emit('frame', frame(4, [snapshot(viewId(gmv), 1, [[null, 700]])]));
  await soon(() => expect(heard.acks).toEqual([4]));
  expect(client.snapshot().figures.views.get(viewId(gmv))?.rows).toEqual([[null, 700]]);

  dropFirst();
  await new Promise((later) => setTimeout(later, 20));
  expect(heard.views.at(-1)).toEqual([gmv]);
  dropSecond();
  await soon(() => expect(heard.views.at(-1)).toEqual([]));
  expect(client.snapshot().figures.views.size).toBe(0);
});

test('reads snapshots that come as Arrow', async () => {
  const { client, heard } = await connected();
  client.want(curve);
  await soon(() => expect(heard.views.length).toBe(1));
  const columns = { key: new Float64Array([0, 60_000]), gmv: new Float64Array([12, 34]) };
  const bytes = tableToIPC(tableFromArrays(columns), 'stream');
  const view = { ...snapshot(viewId(curve), 1, null), arrow: true };
  const attachment = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  heard.sockets[0]?.emit('frame', frame(1, [view]), attachment);
  await soon(() => expect(client.snapshot().figures.epoch).toBe(1));
  expect(client.snapshot().figures.views.get(viewId(curve))?.rows).toEqual([
    [0, 12],
    [60_000, 34],
  ]);
});

test('asks again for a view of which it missed a patch', async () => {
  const { client, heard } = await connected();
  client.want(gmv);
  await soon(() => expect(heard.views.length).toBe(1));
  const view = viewId(gmv);
  heard.sockets[0]?.emit('frame', frame(1, [snapshot(view, 1, [[null, 1]])]));
  heard.sockets[0]?.emit(
    'frame',
    frame(3, [{ kind: 'patch', view, prevSeq: 2, seq: 3, rows: [], removed: [] }]),
  );
  await soon(() => expect(heard.resyncs).toEqual([view]));
});

test('after a lost connection it says so, keeps its figures and asks for its views again', async () => {
  const { client, heard } = await connected();
  client.want(gmv);
  await soon(() => expect(heard.views.length).toBe(1));
  heard.sockets[0]?.emit('frame', frame(1, [snapshot(viewId(gmv), 1, [[null, 1]])]));
  await soon(() => expect(heard.acks.length).toBe(1));
  const states = new Set<string>();
  client.subscribe(() => states.add(client.snapshot().connection));
  heard.sockets[0]?.conn.close();
  await soon(() => expect(heard.views.length).toBe(2));
  expect(heard.views[1]).toEqual([gmv]);
  expect(states).toContain('reconnecting');
  expect(client.snapshot().figures.views.get(viewId(gmv))?.rows).toEqual([[null, 1]]);
});

test('a server that comes back anew leaves the old figures, dimmed, until its first ones', async () => {
  const { client, heard } = await connected();
  client.want(gmv);
  await soon(() => expect(heard.views.length).toBe(1));
  heard.sockets[0]?.emit('status', { ...status, runId: 'a' });
  heard.sockets[0]?.emit('frame', frame(9, [snapshot(viewId(gmv), 1, [[null, 700]])]));
  const seen: (readonly [string, unknown])[] = [];
  const shown = () => client.snapshot().figures.views.get(viewId(gmv))?.rows[0]?.[1];
  // The status alone calls it live, too; its frame comes a moment later.
  await soon(() => expect([client.snapshot().connection, shown()]).toEqual(['live', 700]));
  client.subscribe(() => seen.push([client.snapshot().connection, shown()]));
  heard.sockets[0]?.conn.close();
  await soon(() => expect(heard.views.length).toBe(2));
  heard.sockets[1]?.emit('status', { ...status, runId: '', live: 'starting' });
  heard.sockets[1]?.emit('status', { ...status, runId: 'b' });
  heard.sockets[1]?.emit('frame', frame(1, [], 'b'));
  heard.sockets[1]?.emit('frame', frame(2, [snapshot(viewId(gmv), 1, [[null, 3]])], 'b'));
  await soon(() => expect(shown()).toBe(3));
  expect(client.snapshot().connection).toBe('live');
  // Old figures are never called live, and there is no instant without any.
  expect([...new Set(seen.map(([state, value]) => `${state} ${value}`))]).toEqual([
    'reconnecting 700',
    'renewing 700',
    'live 3',
  ]);
});

test('silence on an open socket is told apart from a lost one', async () => {
  const { client, heard, clock } = await connected();
  client.want(gmv);
  await soon(() => expect(heard.views.length).toBe(1));
  clock.nowMs = 6000;
  clock.tick();
  expect(client.snapshot().connection).toBe('stale');
  heard.sockets[0]?.emit('frame', frame(1, []));
  await soon(() => expect(client.snapshot().connection).not.toBe('stale'));
});

test('tells which view is refused and why, and asks again until it is served', async () => {
  const { client, heard, clock } = await connected();
  client.want(gmv);
  await soon(() => expect(heard.views.length).toBe(1));
  heard.sockets[0]?.emit('refused', { view: viewId(gmv), code: 'view', reason: 'still starting' });
  await soon(() => expect(client.snapshot().refused.get(viewId(gmv))?.reason).toBe('still starting'));
  clock.nowMs = ASK_AGAIN_MS - 1;
  clock.tick();
  await new Promise((later) => setTimeout(later, 20));
  expect(heard.views.length).toBe(1);
  clock.nowMs = ASK_AGAIN_MS;
  clock.tick();
  await soon(() => expect(heard.views.length).toBe(2));
  heard.sockets[0]?.emit('frame', frame(1, [snapshot(viewId(gmv), 1, [[null, 1]])]));
  await soon(() => expect(client.snapshot().refused.size).toBe(0));
  clock.nowMs = 10 * ASK_AGAIN_MS;
  clock.tick();
  await new Promise((later) => setTimeout(later, 20));
  expect(heard.views.length).toBe(2);
});

test('asks for partitions as long as someone shows them, also of a server that comes back', async () => {
  const { client, heard } = await connected();
  const first = client.watchPartitions();
  const second = client.watchPartitions();
  await soon(() => expect(heard.partitions).toEqual([true]));
  first();
  heard.sockets[0]?.conn.close();
  await soon(() => expect(heard.partitions).toEqual([true, true]));
  second();
  await soon(() => expect(heard.partitions).toEqual([true, true, false]));
});

test('watches jobs as long as someone shows them, one job before the list, also at a server that comes back', async () => {
  const { client, heard } = await connected();
  const list = client.watchJobs('list');
  await soon(() => expect(heard.watched).toEqual(['list']));
  const one = client.watchJobs({ job: 'j1' });
  await soon(() => expect(heard.watched).toEqual(['list', { job: 'j1' }]));
  heard.sockets[0]?.conn.close();
  await soon(() => expect(heard.watched.length).toBe(3));
  expect(heard.watched[2]).toEqual({ job: 'j1' });
  one();
  await soon(() => expect(heard.watched[3]).toBe('list'));
  list();
  await soon(() => expect(heard.watched[4]).toBeNull());
});

test('a missed update of a job asks for it whole, once; what is held stays until it comes', async () => {
  const { client, heard } = await connected();
  client.watchJobs({ job: 'j1' });
  await soon(() => expect(heard.watched.length).toBe(1));
  const update = (seq: number, whole: boolean) =>
    ({ id: 'j1', seq, whole, summary: {}, units: [], log: [] }) as unknown as JobUpdate;
  heard.sockets[0]?.emit('job', update(1, true));
  heard.sockets[0]?.emit('job', update(3, false));
  heard.sockets[0]?.emit('job', update(4, false));
  heard.sockets[0]?.emit('job', { ...update(5, true), id: 'j2' });
  await soon(() => expect(heard.watched).toEqual([{ job: 'j1' }, { job: 'j1' }]));
  expect(client.snapshot().job).toMatchObject({ id: 'j1', seq: 1 });
  heard.sockets[0]?.emit('job', update(4, true));
  heard.sockets[0]?.emit('job', update(5, false));
  await soon(() => expect(client.snapshot().job?.seq).toBe(5));
  expect(heard.watched.length).toBe(2);
  heard.sockets[0]?.emit('job', update(9, false));
  await soon(() => expect(heard.watched.length).toBe(3));
});
