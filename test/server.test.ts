import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLiveServer, type LiveServer } from '../e2e/live-server.ts';
import { decodeFrame, SOCKET_PATH } from '../engine/protocol/socket-events.ts';
import type { ServerStatus } from '../engine/protocol/status.ts';
import type { ViewSpec } from '../engine/protocol/view.ts';
import { buildApp } from '../scripts/build.mjs';

const gmvToday: ViewSpec = { metrics: ['gmv'], grain: 'range', range: { kind: 'today' } };
let server: LiveServer;

beforeAll(async () => {
  await buildApp();
  server = await createLiveServer();
  await server.start();
}, 400_000);

afterAll(() => server.discard());

const get = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init);
const statusOf = async (): Promise<ServerStatus> => (await get('/api/status')).json();

/** The first figures that a socket client sees, until `count` different ones have come. */
function watchGmv(count: number): Promise<number[]> {
  const socket = io(server.url, { path: SOCKET_PATH, transports: ['websocket'], forceNew: true });
  const seen: number[] = [];
  return new Promise<number[]>((done) => {
    socket.on('connect', () => socket.emit('views', [gmvToday]));
    socket.on('frame', (text: string) => {
      const frame = decodeFrame(text, []);
      for (const view of frame.views) {
        const value = view.rows?.[0]?.[1];
        if (typeof value === 'number' && value !== seen.at(-1)) seen.push(value);
      }
      socket.emit('ack', frame.epoch);
      if (seen.length >= count) done(seen);
    });
  }).finally(() => socket.disconnect());
}

/** Names and times of the sample's files: equal when nothing was written again. */
function sampleFiles(): Record<string, number> {
  const folder = join(server.dataFolder, 'sample');
  const names = readdirSync(folder).filter((name) => name.endsWith('.parquet'));
  return Object.fromEntries(names.map((name) => [name, statSync(join(folder, name)).mtimeMs]));
}

test('a socket client sees gmv grow', async () => {
  const seen = await watchGmv(5);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});

test('every row is accounted for, and no epoch breaks an invariant', async () => {
  let status = await statusOf();
  // A slow machine may still be catching up, or have made no epoch for a while.
  const isWell = async () => {
    status = await statusOf();
    return [status.live, status.problem];
  };
  await expect.poll(isWell, { timeout: 180_000 }).toEqual(['live', null]);
  const { counts } = status;
  expect(counts.rows).toBe(
    counts.applied + counts.duplicates + counts.conflicts + counts.late + counts.rejected,
  );
  expect(counts.applied).toBeGreaterThan(0);
  const metricsText = async () => (await get('/metrics')).text();
  // Threads report how late they are every two seconds, so the first report may still be to come.
  await expect
    .poll(metricsText, { timeout: 120_000 })
    .toMatch(/^gmv_event_loop_delay_seconds\{thread="live",stat="p99"\}/m);
  const metrics = await metricsText();
  expect(metrics).toMatch(/^gmv_rows_total\{outcome="applied"\} \d+$/m);
  expect(metrics).not.toMatch(/^gmv_epoch_violations_total\{/m);
});

test('the past days are replayed, and a view of them is the same in every format', async () => {
  await expect.poll(async () => (await statusOf()).replay?.state, { timeout: 180_000 }).toBe('done');
  const query = '/api/view?metrics=gmv,orders&dimension=category&range=comparison&top=3';
  const json = (await (await get(query)).json()) as {
    rows: Record<string, unknown>[];
    meta: { missingDays: number };
  };
  expect(json.meta.missingDays).toBe(0);
  expect(json.rows).toHaveLength(3);
  const csv = await get(`${query}&format=csv`);
  expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
  const lines = json.rows.map((row) => `${row.key},${row.gmv},${row.orders}`);
  expect((await csv.text()).trimEnd().split('\r\n')).toEqual(['key,gmv,orders', ...lines]);
  const arrow = await get(`${query}&format=arrow`);
  expect(arrow.headers.get('content-type')).toBe('application/vnd.apache.arrow.stream');
});

test('what can not be answered says why and what to do', async () => {
  const ask = async (path: string, init?: RequestInit) => {
    const response = await get(path, init);
    const { error, remedy } = (await response.json()) as { error: string; remedy: string };
    return [response.status, error, remedy];
  };
  expect(await ask('/api/view?metrics=profit')).toEqual([
    400,
    expect.stringContaining('profit'),
    expect.any(String),
  ]);
  expect(await ask('/api/view')).toEqual([400, 'No metrics are named', expect.stringContaining('metrics=')]);
  expect(await ask('/api/nothing')).toEqual([
    404,
    expect.stringContaining('/api/nothing'),
    expect.any(String),
  ]);
  expect(await ask('/api/status', { method: 'POST' })).toEqual([405, expect.any(String), 'Use GET.']);
});

test('a page of another site can not open a socket', async () => {
  const socket = io(server.url, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { origin: 'http://elsewhere.example' },
  });
  const outcome = await new Promise((done) => {
    socket.on('connect', () => done('connected'));
    socket.on('connect_error', () => done('refused'));
  });
  socket.disconnect();
  expect(outcome).toBe('refused');
});

/** Starts another server that is to end by itself. */
async function startInVain(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  // All that it said has come, too.
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

test('a second server on the same folder is refused with the way out', async () => {
  const { code, said } = await startInVain({ GMV_DATA: server.dataFolder, PORT: '0' });
  expect(code).toBe(1);
  expect(said).toMatch(/^The data folder .* is in use by another server .*GMV_DATA=.*\n$/);
  expect((await get('/healthz')).status).toBe(200);
});

test('a taken port is refused with the way out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-port-'));
  try {
    const { code, said } = await startInVain({ GMV_DATA: folder, PORT: new URL(server.url).port });
    expect(code).toBe(1);
    expect(said).toMatch(/Port \d+ of 127\.0\.0\.1 is taken .*PORT=/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('SIGTERM and Ctrl-C end it with code 0, and the next start writes no file again', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const before = sampleFiles();
    expect(await server.stop(signal)).toBe(0);
    await server.start();
    expect(sampleFiles()).toMatchObject(before);
    expect((await watchGmv(2)).length).toBeGreaterThan(1);
  }
  await expect.poll(async () => (await statusOf()).replay?.state, { timeout: 180_000 }).toBe('done');
});

test('after kill -9 it starts again, and today is whole', async () => {
  const before = (await watchGmv(1))[0] ?? 0;
  await server.stop('SIGKILL');
  await server.start();
  await expect.poll(async () => (await statusOf()).live, { timeout: 180_000 }).toBe('live');
  const after = (await watchGmv(1))[0] ?? 0;
  expect(after).toBeGreaterThanOrEqual(before);
  expect(readFileSync(join(server.dataFolder, 'server.json'), 'utf8')).toContain('"pid"');
});
