import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { JobUpdate } from '../../engine/protocol/jobs.ts';
import type { JobsNews } from '../../engine/protocol/jobs-api.ts';
import { at, orderLine } from '../builders.ts';
import { writeOrderFile } from '../event-files.ts';
import { type BackfillBed, openBackfillBed } from './backfill-bed.ts';
import { createHeldPool, type HeldPool } from './held-pool.ts';
import { ordersOf } from './orders-of.ts';

const DAYS = { from: '2024-05-01', to: '2024-05-06' };
let bed: BackfillBed;
let pool: HeldPool;

beforeEach(async () => {
  pool = createHeldPool();
  bed = await openBackfillBed({ pool });
  mkdirSync(bed.files);
  await writeOrderFile(join(bed.files, 'a.parquet'), ordersOf(at('2024-05-01T04:00:00Z'), 6, 10), 50);
});
afterEach(() => bed.close());

const act = (
  id: string,
  action: Parameters<BackfillBed['jobs']['act']>[0]['action'],
  expected: string | null = null,
) => bed.jobs.act({ id, action, expect: expected, actor: 'operator' });
const unitsOf = async (id: string) => (await bed.jobs.job({ id })).summary.units;
const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** A job of which one day is done and another is about to be. */
async function halfDone(): Promise<string> {
  const { id } = await bed.submit(bed.draft(DAYS.from, DAYS.to, { parallelism: 1 }));
  pool.allow(1);
  await until(async () => (await unitsOf(id)).done === 1 && pool.held() === 1);
  return id;
}

it('pause, resume and stop wait for nothing that runs', async () => {
  const id = await halfDone();
  expect(await act(id, 'pause')).toMatchObject({
    state: 'paused',
    units: { done: 1, waiting: 5, running: 0 },
  });
  await until(() => pool.held() === 0);
  expect((await act(id, 'resume')).state).toMatch(/^(queued|running)$/);
  await until(() => pool.held() === 1);
  expect(await act(id, 'stop')).toMatchObject({ state: 'cancelled', units: { done: 1, cancelled: 5 } });
  await until(() => pool.held() === 0);
  expect(await act(id, 'discard')).toMatchObject({ state: 'discarded', actions: [] });
  await expect(act(id, 'resume')).rejects.toThrow(`Job ${id} is discarded: resume is not possible`);
});

it('jobs that are over are forgotten by count and age, with the next one or the next start; their figures stay', async () => {
  pool.allow(1000);
  await bed.restart({ settings: { keepJobs: 1, keepJobsDays: 1 } });
  const ids: string[] = [];
  for (const day of ['2024-05-01', '2024-05-02']) {
    const { id } = await bed.run(bed.draft(day, day));
    await bed.approve(id);
    ids.push(id);
  }
  const listed = async () => (await bed.jobs.jobs({})).map(({ id }) => id);
  expect(await listed()).toEqual(ids.toReversed());
  const waiting = await bed.run(bed.draft('2024-05-03', '2024-05-03'));
  expect(await listed()).toEqual([waiting.id, ids[1]]);
  await expect(bed.jobs.job({ id: ids[0] ?? '' })).rejects.toThrow('There is no job');
  await bed.restart({ aheadMs: 2 * 86_400_000 });
  // What waits for someone is never over.
  expect(await listed()).toEqual([waiting.id]);
  expect(bed.history.publishedDays().map(({ day }) => day)).toEqual(['2024-05-01', '2024-05-02']);
});

it('cancel drops the queue and lets what runs end', async () => {
  const id = await halfDone();
  const running = (await unitsOf(id)).running;
  expect(await act(id, 'cancel')).toMatchObject({ state: 'cancelled', units: { done: 1, running } });
  pool.allow(100);
  await until(async () => (await unitsOf(id)).running === 0);
  expect(await unitsOf(id)).toMatchObject({ done: 1 + running, waiting: 0 });
});

it('a job that is watched is told as a whole and then as what changed, in one sequence', async () => {
  const news: JobsNews[] = [];
  const { id } = await bed.submit(bed.draft(DAYS.from, DAYS.to, { parallelism: 1 }));
  bed.jobs.watch({ list: true, jobs: [id] }, (each) => news.push(each));
  const updates = (): JobUpdate[] => news.flatMap((each) => (each.kind === 'job' ? [each.update] : []));
  await until(() => updates().length > 0);
  for (let day = 0; day < 6; day++) {
    pool.allow(1);
    await until(async () => (await unitsOf(id)).done > day);
  }
  await bed.until(id, 'awaiting_approval');
  await until(() => updates().at(-1)?.summary.state === 'awaiting_approval');
  const [first, ...rest] = updates();
  expect(first?.whole).toBe(true);
  const units = new Map(first?.units.map((unit) => [unit.day, unit]));
  const log = [...(first?.log ?? [])];
  for (const [i, update] of rest.entries()) {
    expect([update.whole, update.seq]).toEqual([false, (first?.seq ?? 0) + 1 + i]);
    for (const unit of update.units) units.set(unit.day, unit);
    log.push(...update.log);
  }
  const whole = await bed.jobs.job({ id });
  expect(whole.seq).toBe(updates().at(-1)?.seq);
  expect([...units.values()]).toEqual(whole.units);
  expect(log).toEqual(whole.log);
  const lists = () => news.flatMap((each) => (each.kind === 'jobs' ? [each.jobs] : []));
  await until(() => lists().at(-1)?.[0]?.state === 'awaiting_approval');
  expect(
    lists()
      .at(-1)
      ?.map((job) => job.id),
  ).toEqual([id]);
});

it('an approval names what was compared, and is refused where something else is published by then', async () => {
  pool.allow(100);
  const first = await bed.run(bed.draft(DAYS.from, DAYS.to));
  const second = await bed.run(bed.draft(DAYS.from, '2024-05-02'));
  await expect(act(first.id, 'approve')).rejects.toThrow('not the last comparison');
  await expect(act(first.id, 'approve', 'another')).rejects.toThrow('not the last comparison');
  await writeOrderFile(join(bed.files, 'b.parquet'), ordersOf(at('2024-05-02T04:00:00Z'), 0.5, 10, 2), 50);
  const third = await bed.run(bed.draft('2024-05-02', '2024-05-02'));
  await bed.approve(third.id);
  const { fingerprint } = await bed.jobs.comparison({ id: first.id });
  await expect(act(first.id, 'approve', fingerprint)).rejects.toMatchObject({ code: 'published_since' });
  const stays = await bed.jobs.job({ id: first.id });
  expect(stays.summary.state).toBe('awaiting_approval');
  expect(stays.log.at(-1)?.text).toMatch(/approve was refused: .*2024-05-02/);
  expect((await bed.jobs.comparison({ id: first.id })).outdated).toEqual(['2024-05-02']);
  expect(await act(first.id, 'compare')).toMatchObject({ state: 'awaiting_approval' });
  await bed.approve(first.id);
  await expect(act(third.id, 'undo')).rejects.toMatchObject({ code: 'later_generation' });
  expect(await act(second.id, 'discard')).toMatchObject({ state: 'discarded' });
});

it('approves by itself what changes nothing that is published, or little enough', async () => {
  pool.allow(100);
  const auto = (upToPermille: number) => ({ approval: { kind: 'auto', upToPermille } as const });
  for (let i = 0; i < 2; i++) {
    const { id } = await bed.submit(bed.draft(DAYS.from, DAYS.to, auto(0)));
    await bed.until(id, 'published');
  }
  await writeOrderFile(
    join(bed.files, 'b.parquet'),
    orderLine(['created', 'paid'], { event_time: at('2024-05-02T14:00:00Z'), order_id: 'more' }),
    50,
  );
  const small = await bed.run(bed.draft('2024-05-02', '2024-05-02', auto(1)));
  expect(small).toMatchObject({ state: 'awaiting_approval' });
  const allowed = await bed.submit(bed.draft('2024-05-02', '2024-05-02', auto(1000)));
  await bed.until(allowed.id, 'published');
  const { log, summary } = await bed.jobs.job({ id: small.id });
  expect(summary.state).toBe('awaiting_approval');
  expect(log.at(-1)).toMatchObject({ actor: 'gmv', state: 'awaiting_approval' });
});

it('what can not be submitted says why', async () => {
  const refusal = async (from: string, to: string) =>
    (await bed.jobs.estimate({ draft: bed.draft(from, to) })).refusal;
  expect(await refusal('2024-01-01', '2024-01-03')).toMatch(
    /No file of old .* It has 2024-05-01 to 2024-05-06/,
  );
  expect(await refusal('2090-01-01', '2090-01-03')).toMatch(/None of these days is over/);
  const draft = bed.draft('2090-01-01', '2090-01-03');
  await expect(bed.submit(draft)).rejects.toThrow(/nothing to backfill/);
  await expect(bed.jobs.estimate({ draft: bed.draft('2024-05-02', '2024-05-01') })).rejects.toThrow(
    /are none/,
  );
  const unknown = bed.draft(DAYS.from, DAYS.to, { metrics: ['gmv', 'profit'] });
  await expect(bed.jobs.estimate({ draft: unknown })).rejects.toThrow(/no base metric profit/);
  await expect(bed.jobs.estimate({ draft: { ...draft, dataset: 'x' } })).rejects.toMatchObject({
    code: 'no_such_dataset',
  });
});
