import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GmvError } from '../../engine/errors.ts';
import type { JobState } from '../../engine/protocol/jobs.ts';
import { at } from '../builders.ts';
import { writeOrderFile } from '../event-files.ts';
import { type BackfillBed, openBackfillBed } from './backfill-bed.ts';
import { createHeldPool, type HeldPool } from './held-pool.ts';
import { ordersOf } from './orders-of.ts';

const DAYS = { from: '2023-12-28', to: '2024-01-02' };
let bed: BackfillBed;
let pool: HeldPool;

beforeEach(async () => {
  pool = createHeldPool();
  bed = await openBackfillBed({ pool });
  mkdirSync(bed.files);
  await writeOrderFile(join(bed.files, 'a.parquet'), ordersOf(at('2023-12-28T05:00:00Z'), 6, 10), 50);
});
afterEach(() => bed.close());

const logOf = async (id: string): Promise<string[]> =>
  (await bed.jobs.job({ id })).log.map(({ text }) => text);
const held = async (days: number): Promise<void> => {
  while (pool.held() < days) await new Promise((resolve) => setTimeout(resolve, 5));
};
const finish = async (id: string): Promise<void> => {
  pool.allow(1000);
  await bed.until(id, 'awaiting_approval');
  await bed.approve(id);
  expect(await bed.published()).toEqual(await bed.replayed(DAYS));
};

it('a job that was running goes on with the days that are not done', async () => {
  const { id } = await bed.submit(bed.draft(DAYS.from, DAYS.to, { parallelism: 1 }));
  pool.allow(2);
  await held(1);
  pool = createHeldPool();
  await bed.restart({ pool });
  await held(1);
  expect((await bed.jobs.job({ id })).summary).toMatchObject({
    state: 'running',
    units: { done: 2, running: 4 },
  });
  expect(await logOf(id)).toContain('queued again after a restart: 2 of 6 days are done');
  await finish(id);
});

it('a job that was paused stays paused', async () => {
  const { id } = await bed.submit(bed.draft(DAYS.from, DAYS.to));
  await held(1);
  await bed.jobs.act({ id, action: 'pause', expect: null, actor: 'operator' });
  await bed.restart();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect((await bed.jobs.job({ id })).summary).toMatchObject({ state: 'paused', units: { waiting: 6 } });
  await bed.jobs.act({ id, action: 'resume', expect: null, actor: 'operator' });
  await finish(id);
});

it('a job whose units are all done is compared', async () => {
  const history = { compare: 0 };
  await bed.restart({
    around: ({ jobs }) => ({ ...jobs, compare: () => new Promise(() => void history.compare++) }),
  });
  pool.allow(1000);
  const { id } = await bed.submit(bed.draft(DAYS.from, DAYS.to));
  await bed.until(id, 'comparing');
  while (history.compare === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const before = bed.rowsRead();
  await bed.restart({ around: ({ jobs }) => jobs });
  await finish(id);
  expect(bed.rowsRead()).toBe(before);
});

it('a job that waits for approval, was published, undone, discarded or cancelled is as it was', async () => {
  pool.allow(1000);
  const { id } = await bed.submit(bed.draft(DAYS.from, DAYS.to));
  const { compared } = await bed.until(id, 'awaiting_approval').then(async () => ({
    compared: await bed.jobs.comparison({ id }),
  }));
  const stateNow = async (job = id): Promise<JobState> => (await bed.jobs.job({ id: job })).summary.state;
  await bed.restart();
  expect(await stateNow()).toBe('awaiting_approval');
  const again = await bed.jobs.comparison({ id });
  expect({ ...again, comparedAtMs: 0 }).toEqual({ ...compared, comparedAtMs: 0 });
  await bed.approve(id);
  await bed.restart();
  expect(await stateNow()).toBe('published');
  expect(await bed.published()).toEqual(await bed.replayed(DAYS));
  await bed.jobs.act({ id, action: 'undo', expect: null, actor: 'operator' });
  await bed.restart();
  expect(await stateNow()).toBe('undone');
  expect(bed.history.publishedDays()).toEqual([]);

  const second = await bed.run(bed.draft('2023-12-29', '2023-12-30'));
  await bed.jobs.act({ id: second.id, action: 'discard', expect: null, actor: 'operator' });
  pool = createHeldPool();
  await bed.restart({ pool });
  expect(await stateNow(second.id)).toBe('discarded');
  const log = await bed.jobs.job({ id });
  expect(log.log.filter(({ state }) => state !== null).map(({ state }) => state)).toEqual([
    'estimating',
    'queued',
    'running',
    'comparing',
    'awaiting_approval',
    'published',
    'undone',
  ]);
});

it('an approval whose answer is lost happened, or did not, as history has it', async () => {
  pool.allow(1000);
  let lose = false;
  const lost = new GmvError('restarting', 'The data thread is starting', 'Try again.', { retriable: true });
  await bed.restart({
    around: ({ jobs }) => ({
      ...jobs,
      publishJob: async (ask) => {
        await jobs.publishJob(ask);
        if (lose) throw lost;
      },
    }),
  });
  lose = true;
  const { id } = await bed.run(bed.draft(DAYS.from, DAYS.to));
  const { fingerprint: expect_ } = await bed.jobs.comparison({ id });
  await bed.jobs.act({ id, action: 'approve', expect: expect_, actor: 'operator' });
  expect((await bed.jobs.job({ id })).summary.state).toBe('published');
  await bed.restart({ around: ({ jobs }) => jobs });
  expect((await bed.jobs.job({ id })).summary.state).toBe('published');
  expect(await bed.published()).toEqual(await bed.replayed(DAYS));
});

it('a job of which history refuses to keep a step is begun again, and reads nothing twice', async () => {
  pool.allow(1000);
  let refused = 0;
  const told: string[] = [];
  await bed.restart({
    onError: (message) => told.push(message),
    around: ({ jobs }) => ({
      ...jobs,
      saveJob: async (ask) => {
        if (ask.job.document.includes('"state":"comparing"') && refused++ === 0)
          throw new Error('the disk is full');
        return jobs.saveJob(ask);
      },
    }),
  });
  const { id } = await bed.submit(bed.draft(DAYS.from, DAYS.to));
  await finish(id);
  expect(refused).toBeGreaterThan(1);
  expect(told).toEqual([`job ${id} could not be brought to an end`]);
  expect(await logOf(id)).toContain('queued again: the disk is full');
});
