import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import type { DayFigures } from '../../engine/figures/day-figures.ts';
import { replayFiles } from '../../engine/runtime/replay/replay-files.ts';
import { replayTask } from '../../engine/runtime/replay/replay-task.ts';
import { at, shuffled } from '../builders.ts';
import { writeOrderFile } from '../event-files.ts';
import { type BackfillBed, type BedPool, openBackfillBed, planOf } from './backfill-bed.ts';
import { ordersOf } from './orders-of.ts';

let bed: BackfillBed;
afterEach(() => bed.close());

const NEW_YORK = 'America/New_York';
const DAYS = { from: '2024-03-08', to: '2024-03-12' };

/** Five days with the one that the clocks make shorter; row groups that hold many days at once. */
async function openBed(more: Parameters<typeof openBackfillBed>[0] = {}): Promise<void> {
  bed = await openBackfillBed(more);
  mkdirSync(bed.files);
  const events = ordersOf(at('2024-03-08T05:00:00Z'), 5, 30);
  await writeOrderFile(join(bed.files, 'sorted.parquet'), events.slice(0, 200), 60);
  await writeOrderFile(join(bed.files, 'mixed.parquet'), shuffled(events.slice(200), 4), 60);
}

it('jobs that overlap, run at once and in any order of their days make one history', async () => {
  const day = fc.integer({ min: 8, max: 12 });
  const job = fc.record({
    a: day,
    b: day,
    parallelism: fc.integer({ min: 1, max: 3 }),
    metrics: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(job, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(30)),
      async (jobs, waits) => {
        let turn = 0;
        const pool: BedPool = {
          run: async (task) => {
            await new Promise((resolve) => setTimeout(resolve, waits[turn++ % waits.length] ?? 0));
            return replayTask(task);
          },
        };
        await openBed({ pool });
        const label = (of: number): string => `2024-03-${String(of).padStart(2, '0')}`;
        const drafts = jobs.map(({ a, b, parallelism, metrics }) =>
          bed.draft(label(Math.min(a, b)), label(Math.max(a, b)), {
            parallelism,
            metrics: metrics ? ['gmv', 'orders'] : null,
          }),
        );
        const all = [...drafts, bed.draft(DAYS.from, DAYS.to)];
        const submitted = await Promise.all(all.map((draft) => bed.submit(draft)));
        for (const { id } of submitted) {
          await bed.until(id, 'awaiting_approval');
          await bed.jobs.act({ id, action: 'compare', expect: null, actor: 'operator' });
          await bed.approve(id);
        }
        expect(await bed.published()).toMatchObject(withoutCounts(await bed.replayed(DAYS)));
        await bed.close();
      },
    ),
    { numRuns: 3 },
  );
  await openBed();
});

it('repairs what live published without its late events, and early figures are replaced by late ones', async () => {
  await openBed();
  const early: DayFigures[] = [];
  await replayFiles({
    plan: bed.plan,
    files: [join(bed.files, 'sorted.parquet')],
    threads: 1,
    onDay: (figures) => void early.push(figures),
  });
  for (const figures of early) await bed.history.publish(figures, 'live');
  expect(await bed.published()).not.toEqual(await bed.replayed(DAYS));
  const { id } = await bed.run(bed.draft(DAYS.from, DAYS.to));
  const differing = (await bed.jobs.comparison({ id })).days.filter(({ differs }) => differs);
  expect(differing.length).toBeGreaterThan(0);
  const before = await bed.published();
  await bed.approve(id);
  expect(await bed.published()).toEqual(await bed.replayed(DAYS));
  await bed.jobs.act({ id, action: 'undo', expect: null, actor: 'operator' });
  expect(await bed.published()).toEqual(before);
});

it('reads for some metrics only their columns, and for a new metric nothing but it', async () => {
  await openBed();
  const some = await bed.jobs.estimate({
    draft: bed.draft(DAYS.from, DAYS.to, { metrics: ['paid_events'] }),
  });
  const all = await bed.jobs.estimate({ draft: bed.draft(DAYS.from, DAYS.to) });
  expect(some.columns.length).toBeLessThan(all.columns.length);
  expect(some.bytes).toBeLessThan(all.bytes);
  const first = await bed.run(bed.draft(DAYS.from, DAYS.to));
  await bed.approve(first.id);

  const refunded = {
    name: 'refunded_units',
    title: { en: 'Refunded units', 'zh-CN': '退款件数' },
    aggregate: 'sum',
    of: 'quantity',
    where: { type: 'refunded' },
    unit: 'count',
  } as const;
  const rollups = defaultCatalogue.rollups.map((rollup) =>
    rollup.by === null ? { ...rollup, metrics: [...rollup.metrics, refunded.name] } : rollup,
  );
  const plan = planOf(NEW_YORK, {
    ...defaultCatalogue,
    metrics: [...defaultCatalogue.metrics, refunded],
    rollups,
  });
  await bed.restart({ plan });
  const coverage = await bed.jobs.coverage({ dataset: 'old', year: 2024 });
  const stale = coverage.days.filter(({ staleMetrics }) => staleMetrics.length > 0);
  expect(stale.map(({ day, staleMetrics }) => [day, staleMetrics])).toEqual(
    ['08', '09', '10', '11', '12'].map((day) => [`2024-03-${day}`, ['refunded_units']]),
  );
  const estimate = await bed.jobs.estimate({ draft: bed.draft(DAYS.from, DAYS.to) });
  expect(estimate).toMatchObject({ units: 5, cached: 0 });
  expect(estimate.columns).not.toContain('buyer_id');
  const { id } = await bed.run(bed.draft(DAYS.from, DAYS.to));
  await bed.approve(id);
  expect(await bed.published()).toMatchObject(withoutCounts(await bed.replayed(DAYS)));
});

/** Counts of a day are those of the last reading; of some metrics alone duplicates and conflicts may be told apart otherwise. */
function withoutCounts(all: object): object {
  return Object.fromEntries(Object.entries(all).filter(([name]) => name !== 'counts'));
}
