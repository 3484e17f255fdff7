import { copyFileSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { duckdb } from '../../engine/sources/parquet/parquet-fixtures.ts';
import { at } from '../builders.ts';
import { writeOrderFile } from '../event-files.ts';
import { type BackfillBed, openBackfillBed } from './backfill-bed.ts';
import { createHeldPool, type HeldPool } from './held-pool.ts';
import { ordersOf } from './orders-of.ts';

const DAYS = { from: '2024-03-08', to: '2024-03-11' };
let bed: BackfillBed;
let pool: HeldPool;
const file = (name: string): string => join(bed.files, name);

/** A file for each of four days; of 10 March the clocks leave out an hour, and 11 March has only an empty file. */
beforeEach(async () => {
  pool = createHeldPool();
  bed = await openBackfillBed({ pool });
  mkdirSync(bed.files);
  await writeOrderFile(file('8.parquet'), ordersOf(at('2024-03-08T05:00:00Z'), 0.9, 30, 8), 50);
  await writeOrderFile(file('9.parquet'), ordersOf(at('2024-03-09T05:00:00Z'), 0.9, 30, 9), 50);
  await writeOrderFile(file('10.parquet'), ordersOf(at('2024-03-10T05:00:00Z'), 0.9, 30, 10), 50);
});
afterEach(() => bed.close());

const act = (id: string, action: 'retry' | 'resume' | 'pause' | 'discard') =>
  bed.jobs.act({ id, action, expect: null, actor: 'operator' });
const failedDays = async (id: string) =>
  (await bed.jobs.job({ id })).units
    .filter(({ state }) => state === 'failed')
    .map(({ day, problem }) => [day, problem]);

it('a submission names the files that are not what the estimate was made from', async () => {
  const draft = bed.draft(DAYS.from, DAYS.to);
  const { fingerprint: estimate, ...rest } = await bed.jobs.estimate({ draft });
  expect(rest).toMatchObject({
    units: 3,
    files: 3,
    left: [{ day: '2024-03-11', why: 'no_files' }],
    refusal: null,
  });
  await writeOrderFile(file('9.parquet'), ordersOf(at('2024-03-09T05:00:00Z'), 0.9, 31, 19), 50);
  copyFileSync(file('8.parquet'), file('8-more.parquet'));
  rmSync(file('10.parquet'));
  await expect(bed.jobs.submit({ draft, estimate, actor: 'operator' })).rejects.toThrow(
    /not true any more: new: \S+8-more.parquet; changed: \S+\/9.parquet; gone or unreadable: \S+10.parquet/,
  );
  expect(await bed.jobs.jobs({})).toEqual([]);
});

it.each([
  ['deleted', () => rmSync(file('9.parquet'))],
  ['truncated', () => truncateSync(file('9.parquet'), 300)],
  ['overwritten', () => writeFileSync(file('9.parquet'), 'no Parquet at all')],
])(
  'days of a file that was %s while others were read fail by its name; retry takes them alone',
  async (_, break_) => {
    copyFileSync(file('9.parquet'), join(bed.files, '..', 'kept.parquet'));
    // One task for each day, so that the second is opened after the first was read.
    const { id } = await bed.submit(bed.draft(DAYS.from, DAYS.to, { parallelism: 1 }));
    while (pool.held() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    break_();
    await act(id, 'pause');
    await act(id, 'resume');
    pool.allow(10);
    await expect(bed.until(id, 'awaiting_approval')).rejects.toThrow('9.parquet');
    expect(await failedDays(id)).toEqual([['2024-03-09', expect.stringContaining('9.parquet')]]);
    const { summary } = await bed.jobs.job({ id });
    expect(summary.rowsTotal, 'nothing more is to be read').toBe(summary.rowsDone);
    expect(summary).toMatchObject({
      actions: ['retry', 'discard'],
      units: { done: 2, failed: 1 },
    });
    copyFileSync(join(bed.files, '..', 'kept.parquet'), file('9.parquet'));
    const before = bed.rowsRead();
    await act(id, 'retry');
    await bed.until(id, 'awaiting_approval');
    expect(bed.rowsRead() - before).toBeLessThan(150);
    await bed.approve(id);
    expect(await bed.published()).toEqual(await bed.replayed(DAYS));
  },
);

it('a file that is replaced before the run is read as it is then, and the log says so', async () => {
  const draft = bed.draft(DAYS.from, DAYS.to);
  const { id } = await bed.submit(draft);
  await act(id, 'pause');
  await writeOrderFile(file('9.parquet'), ordersOf(at('2024-03-09T05:00:00Z'), 0.9, 40, 29), 50);
  await act(id, 'resume');
  pool.allow(10);
  await bed.until(id, 'awaiting_approval');
  const { log } = await bed.jobs.job({ id });
  expect(log.map(({ text }) => text).join('\n')).toMatch(
    /others than at the estimate: changed: \S+9.parquet/,
  );
  await bed.approve(id);
  expect(await bed.published()).toEqual(await bed.replayed(DAYS));
});

it('a day that files could hold and that has no events is known to be empty', async () => {
  const around = [
    ...ordersOf(at('2024-03-12T05:00:00Z'), 0.5, 5, 12),
    ...ordersOf(at('2024-03-14T05:00:00Z'), 0.5, 5, 14),
  ];
  await writeOrderFile(file('12-14.parquet'), around, 500);
  pool.allow(10);
  const job = await bed.run(bed.draft('2024-03-12', '2024-03-14'));
  expect(job.units).toMatchObject({ done: 3, failed: 0 });
  await bed.approve(job.id);
  const [, empty] = bed.history.publishedDays();
  expect(empty).toMatchObject({ day: '2024-03-13', counts: { rows: 0, applied: 0 } });
  const again = await bed.run(bed.draft('2024-03-12', '2024-03-14'));
  expect(again.units).toMatchObject({ done: 3, cached: 3 });
});

it('a file that has only two of the columns is named with what it lacks, and the days of the others are loaded', async () => {
  await duckdb(
    `copy (select 'e' as event_id, timestamp '2024-03-11 12:00:00' as event_time) to '${file('11.parquet')}' (format parquet)`,
  );
  const [, old] = await bed.jobs.datasets({});
  expect(old?.problems).toEqual([
    {
      file: file('11.parquet'),
      problem: expect.stringMatching(
        /"order_id" is missing.*"amount_minor" is missing.* has the columns event_id, event_time\./,
      ),
    },
  ]);
  const draft = bed.draft(DAYS.from, DAYS.to);
  expect(await bed.jobs.estimate({ draft })).toMatchObject({
    units: 3,
    left: [{ day: '2024-03-11', why: 'no_files' }],
  });
  pool.allow(10);
  const job = await bed.run(draft);
  await bed.approve(job.id);
  rmSync(file('11.parquet'));
  expect(await bed.published()).toEqual(await bed.replayed(DAYS));
});
