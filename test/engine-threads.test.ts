import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { simulatedOracle } from '../e2e/simulated-day.ts';
import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import { defaultCatalogue } from '../engine/definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import { compilePlan } from '../engine/plan/compile-plan.ts';
import type { EncodedEpoch } from '../engine/protocol/encoded.ts';
import type { ReplayStatus } from '../engine/protocol/status.ts';
import { type ViewSpec, viewId } from '../engine/protocol/view.ts';
import { type EngineThreads, startEngineThreads } from '../engine/runtime/threads/engine-threads.ts';

const plan = compilePlan({
  catalogue: defaultCatalogue,
  schema: ORDER_SCHEMA,
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
});
const calendar = createBusinessCalendar(plan.timeZone);
const gmvToday: ViewSpec = { metrics: ['gmv', 'orders'], grain: 'range', range: { kind: 'today' } };
const byCategory: ViewSpec = { ...gmvToday, metrics: ['gmv'], dimension: 'category' };
const folders: string[] = [];
const running: EngineThreads[] = [];

afterEach(async () => {
  for (const threads of running.splice(0)) await threads.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** `nowMs`: what time the threads believe it is when they start. */
function startThreads(nowMs: number) {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-threads-'));
  folders.push(folder);
  const epochs: { encoded: EncodedEpoch; replaying: boolean | undefined; rows: number | undefined }[] = [];
  const restarts: string[] = [];
  const problems: string[] = [];
  let replay: ReplayStatus | null = null;
  const threads = startEngineThreads({
    plan,
    dataFolder: folder,
    source: {
      kind: 'simulator',
      simulator: { seed: 5, eventsPerSecond: 200, sampleEvents: 20_000 },
      currency: 'CNY',
    },
    clockOffsetMs: Math.round(nowMs - Date.now()),
    replayThreads: 1,
    jobs: {
      configFolder: folder,
      currencyDigits: 2,
      datasets: {},
      backfill: {
        threads: 1,
        tonight: { from: '01:00', to: '06:00' },
        keepGenerations: 3,
        keepGenerationsDays: 30,
        keepJobs: 500,
        keepJobsDays: 365,
      },
    },
    onParity: () => undefined,
    onJobsNews: () => undefined,
    onJobsStarted: () => undefined,
    isCovered: () => true,
    onEpoch: ({ encoded, live, violations }) => {
      epochs.push({ encoded, replaying: live?.replaying, rows: live?.counts.rows });
      for (const rule of Object.keys(violations)) problems.push(rule);
    },
    onReplay: (status) => {
      replay = status;
    },
    onLoopDelay: () => undefined,
    onRestart: (thread) => restarts.push(thread),
    onNotice: () => undefined,
  });
  running.push(threads);
  const rowsOf = async (spec: ViewSpec) => {
    const { body } = await threads.data.query(spec, 'json');
    return (JSON.parse(String(body)) as { rows: Record<string, number>[] }).rows;
  };
  return { threads, folder, epochs, restarts, problems, rowsOf, replay: () => replay };
}

const until = (what: () => unknown) => expect.poll(what, { timeout: 180_000, interval: 20 });
/** Four in the morning: a short day so far. */
const morning = () => calendar.dayOf(Date.now()).startMs + 4 * 3_600_000;

test('a data thread that crashes comes back with live, its views and the same past', async () => {
  const { threads, epochs, restarts, problems, rowsOf, replay } = startThreads(morning());
  await until(() => replay()?.state).toBe('done');
  await until(() => epochs.at(-1)?.replaying).toBe(false);
  await threads.data.subscribe(gmvToday);
  const firstRun = epochs.at(-1)?.encoded.runId;
  const [before] = await rowsOf(gmvToday);
  const [comparison] = await rowsOf({ ...gmvToday, range: { kind: 'comparison' } });

  // Whoever brings an epoch that is none breaks the thread.
  const { port1, port2 } = new MessageChannel();
  threads.data.connect({ kind: 'connect-live', port: port1, runId: 'broken' });
  port2.postMessage({ kind: 'epoch', epoch: { runId: 'broken', days: 'none' } });

  await until(() => restarts).toContain('data-thread');
  await until(() => epochs.at(-1)?.encoded.runId).not.toBe(firstRun);
  await until(() => epochs.at(-1)?.replaying).toBe(false);
  port2.close();
  const [after] = await rowsOf(gmvToday);
  expect(after?.gmv).toBeGreaterThanOrEqual(before?.gmv ?? Number.NaN);
  expect(await rowsOf({ ...gmvToday, range: { kind: 'comparison' } })).toEqual([comparison]);
  const { views } = await threads.data.read([{ view: viewId(gmvToday), since: null }]);
  expect(views.map(({ kind }) => kind)).toEqual(['snapshot']);
  expect(restarts).toEqual(['data-thread']);
  expect(problems).toEqual([]);
});

test('midnight passes: yesterday keeps its figures, today starts from none, nothing is counted twice', async () => {
  const today = calendar.dayOf(Date.now());
  const day = { kind: 'days', from: today.label, to: today.label } as const;
  /** Live with its figures of today, all before midnight: the slower the machine, the earlier it has to begin. */
  const liveBefore = async (
    aheadMs: number,
  ): Promise<ReturnType<typeof startThreads> & { before: number }> => {
    const started = startThreads(today.endMs - aheadMs);
    const { epochs, rowsOf } = started;
    await until(() => epochs.at(-1)?.replaying).toBe(false);
    const [before] = await rowsOf(gmvToday);
    const [dayBefore] = await rowsOf({ ...gmvToday, range: day });
    if ((epochs.at(-1)?.encoded.dataToMs ?? 0) >= today.endMs) {
      await running.pop()?.stop();
      return liveBefore(3 * aheadMs);
    }
    expect(before?.gmv).toBeLessThanOrEqual(dayBefore?.gmv ?? 0);
    return { ...started, before: before?.gmv ?? 0 };
  };
  const { epochs, restarts, problems, rowsOf, before } = await liveBefore(8000);
  expect(before).toBeGreaterThan(0);

  // The day goes with the watermark, which trails the events by a few seconds.
  await until(() => epochs.at(-1)?.encoded.watermarkMs).toBeGreaterThan(today.endMs + 1000);
  const [after] = await rowsOf(gmvToday);
  expect(after?.gmv).toBeLessThan(before);
  const [yesterday] = await rowsOf({ ...gmvToday, range: day });
  expect(yesterday?.gmv).toBeGreaterThanOrEqual(before);
  const totalNow = async () => (await rowsOf({ ...gmvToday, range: day }))[0]?.gmv;
  /** Of one moment, as events that were held up still come: between two equal totals. */
  const categoriesAndTotal = async () => {
    for (;;) {
      const total = await totalNow();
      const categories = await rowsOf({ ...byCategory, range: day });
      if ((await totalNow()) === total)
        return [categories.reduce((sum, row) => sum + (row.gmv ?? 0), 0), total];
    }
  };
  const [categories, total] = await categoriesAndTotal();
  expect(categories).toBe(total);
  expect(restarts).toEqual([]);
  expect(problems).toEqual([]);
});

test('a combination of filters is computed beside live, and equals what the oracle adds up of the same events', async () => {
  const startMs = morning();
  const { threads, folder, epochs, restarts, problems } = startThreads(startMs);
  const spec: ViewSpec = {
    metrics: ['gmv', 'orders'],
    grain: 'hour',
    range: { kind: 'today' },
    filter: { country: 'CN', channel: 'app' },
  };
  const answerOf = async (asked: ViewSpec) => {
    const { body } = await threads.data.query(asked, 'json');
    return JSON.parse(String(body)) as { meta: { note: string | null }; rows: Record<string, number>[] };
  };
  await until(async () => (await answerOf(spec).catch(() => null))?.meta.note).toBeNull();
  // The combination may have caught up before live has.
  await until(() => epochs.at(-1)?.replaying).toBe(false);
  const today = calendar.dayOf(startMs);
  const hours = simulatedOracle(folder).today(
    today.startMs,
    // Everything of the first hours was told by now.
    epochs.findLast(({ rows }) => rows !== undefined)?.rows ?? 0,
    ({ country, channel }) => country === 'CN' && channel === 'app',
  );
  const { rows } = await answerOf(spec);
  for (const hour of [0, 1]) {
    const { gmv, orders } = hours.by.hour?.get(String(today.hourStartsMs[hour])) ?? {};
    expect(rows[hour]).toMatchObject({ gmv, orders });
    expect(gmv).toBeGreaterThan(0);
  }

  // Rows by another dimension are of the same run.
  const categories = await answerOf({ ...spec, grain: 'range', dimension: 'category' });
  const total = await answerOf({ ...spec, grain: 'range' });
  expect(categories.rows.length).toBeGreaterThan(1);
  expect(categories.rows.reduce((sum, { gmv = 0 }) => sum + gmv, 0)).toBeLessThanOrEqual(
    total.rows[0]?.gmv ?? 0,
  );
  const other = (filter: ViewSpec['filter']) => answerOf({ ...spec, filter });
  for (const channel of ['web', 'store', 'mini_program']) await other({ country: 'CN', channel });
  await expect(other({ country: 'CN', channel: 'live_stream' })).rejects.toThrow(/4 combinations of filters/);
  expect([restarts, problems]).toEqual([[], []]);
});
