import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Comparison } from '../../engine/protocol/comparison.ts';
import type { JobDraft, JobEstimate, JobSummary, JobUpdate } from '../../engine/protocol/jobs.ts';
import { buildApp } from '../../scripts/build.mjs';
import { type KafkaBed, openKafkaBed, skipped } from './kafka-bed.ts';
import { checkCounts, checkDays, checkEverything, daysPublished } from './live-checks.ts';
import type { Expected } from './live-expected.ts';
import { dayLabel } from './live-orders.ts';
import { type LiveScene, openLiveScene } from './live-scene.ts';

const SEED = Number(process.env.GMV_SEED ?? Date.now() % 1_000_000);
const START_MS = 600_000;
const PATIENT = { timeout: 180_000, interval: 50 };
/** Of the first write to each file and of each sync; ms. */
const SLOW_MS = 4000;

let bed: KafkaBed;
let scene: LiveScene;
beforeAll(async () => {
  if (skipped !== null) return;
  await buildApp();
  bed = await openKafkaBed();
}, START_MS);
beforeEach(async ({ skip, task }) => {
  skip(skipped !== null, skipped ?? '');
  const topic = `t-${task.id.replaceAll(/\W/g, '')}`;
  scene = await openLiveScene({ bed, broker: bed.broker.address, topic, seed: SEED, withFaults: true });
  return scene.close;
});
afterAll(async () => bed?.close(), START_MS);

const befall = (fault: string, text = ''): void => writeFileSync(join(scene.faults, fault), text);
const isBefallen = (fault: string): boolean => !existsSync(join(scene.faults, fault));

/** A thread ends; it is counted. */
async function end(fault: string): Promise<void> {
  const { restarts } = await scene.server.until(({ epoch }) => epoch > 0);
  befall(fault);
  // Another that ended may be counted only now.
  await expect.poll(() => isBefallen(fault), PATIENT).toBe(true);
  await scene.server.until((status) => status.restarts > restarts);
}

it(`whichever thread ends, by an error, by force or for want of memory, all is as if none had; seed ${SEED}`, async () => {
  const { server, send, expected } = scene;
  await server.start();
  const faults = [
    'exhaust live-thread',
    'throw data-thread',
    'terminate intake-thread',
    'throw live-thread',
    'exhaust parity-thread',
    'terminate archive-thread',
  ];
  for (const [day, fault] of faults.entries()) {
    await send(day, day);
    await end(fault);
  }
  await send(faults.length, faults.length);
  await checkFilterThread(await expected(), faults.length);
  await checkJobThreads();
  await checkEverything(server, await expected());
});

/** Combinations of filters: in one draw in twenty nothing was sold in the first. */
const VALUES = ['toys', 'books', 'home', 'garden'].flatMap((category) =>
  ['web', 'app'].map((channel) => ({ category, channel })),
);

/** Of a combination of filters that somebody looks at. */
async function checkFilterThread(expected: Expected, day: number): Promise<void> {
  const { server } = scene;
  const metrics = ['gmv', 'orders', 'buyers', 'units'] as const;
  const answers = VALUES.map((values) => ({ values, ...expected.where(dayLabel(day), values) }));
  const found = answers.find(({ totals: { gmv } }) => Number(gmv) > 0);
  if (!found) throw new Error('nothing was sold in any combination');
  const { values, totals } = found;
  const figures = metrics.map((metric) => totals[metric]);
  const check = (): Promise<void> =>
    expect
      .poll(async () => {
        const filters = { 'filter.category': values.category, 'filter.channel': values.channel };
        const { meta, rows } = await server.view({ metrics: metrics.join(), ...filters });
        return meta.note ?? metrics.map((metric) => rows[0]?.[metric]);
      }, PATIENT)
      .toEqual(figures);
  await server.until(({ counts }) => counts.rows >= expected.whole.rows);
  await check();
  await end('throw filter-thread');
  await check();
}

/** A backfill during which its thread and one of those that read for it end computes what live did. */
async function checkJobThreads(): Promise<void> {
  const { server, settle } = scene;
  const days = [0, 1, 2, 3].map(dayLabel);
  const draft: JobDraft = {
    dataset: 'archive',
    spans: [{ from: dayLabel(0), to: dayLabel(3) }],
    metrics: null,
    when: 'now',
    parallelism: 1,
    approval: { kind: 'manual' },
  };
  // The estimate is of what is archived, the comparison with what is published.
  await settle();
  const published = async () => (await daysPublished(server, days)).slice(0, days.length);
  await expect.poll(published, PATIENT).toEqual(days);
  const estimate = await server.ask<JobEstimate>('/api/backfill/estimate', { draft });
  expect(estimate).toMatchObject({ units: days.length, left: [] });
  const reader = 'terminate unit-thread';
  befall(reader);
  const { id } = await server.ask<JobSummary>('/api/jobs', { draft, estimate: estimate.fingerprint });
  await end('throw jobs-thread');
  const state = async () =>
    (await server.ask<JobUpdate>(`/api/job?id=${id}`).catch(() => null))?.summary.state;
  await expect.poll(state, PATIENT).toBe('awaiting_approval');
  expect(isBefallen(reader)).toBe(true);
  const comparison = await server.ask<Comparison>(`/api/job/comparison?id=${id}`);
  expect(comparison.days.map(({ day, differs }) => [day, differs])).toEqual(days.map((day) => [day, false]));
}

it(`a disk that takes seconds for each file holds no figure up, is told, and costs nothing in a kill; seed ${SEED}`, async () => {
  const { server, send, settle, expected, checkpoints } = scene;
  await server.start();
  await send(0, 1);
  await settle();
  befall('slow', String(SLOW_MS));
  await send(2, 4);
  const soFar = await expected();
  const { counts, live } = await server.until(
    ({ problem, counts: { rows } }) => /disk is slow/.test(problem ?? '') && rows >= soFar.whole.rows,
  );
  expect(live).toBe('live');
  checkCounts(counts, soFar.whole);
  await checkDays(server, soFar, soFar.days.slice(-1));
  const half = () => checkpoints('.state').length - checkpoints('.json').length;
  await expect.poll(half, { ...PATIENT, message: 'one is being written' }).toBe(1);
  await server.kill();
  rmSync(join(scene.faults, 'slow'));
  await send(5, 5);
  await server.start();
  await checkEverything(server, await expected());
});
