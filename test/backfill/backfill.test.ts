import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrderEvent } from '../../engine/events/order-event.ts';
import { createUnitPool } from '../../engine/runtime/replay/unit-pool.ts';
import { at } from '../builders.ts';
import { writeOrderFile } from '../event-files.ts';
import { oracle } from '../oracle.ts';
import { type BackfillBed, openBackfillBed } from './backfill-bed.ts';
import { ordersOf } from './orders-of.ts';

const DAYS = { from: '2023-12-28', to: '2024-01-06' };
let bed: BackfillBed;
let events: OrderEvent[] = [];

beforeEach(async () => {
  bed = await openBackfillBed();
  mkdirSync(bed.files);
  events = ordersOf(at('2023-12-28T05:00:00Z'), 10, 40);
  const half = Math.floor(events.length / 2);
  await writeOrderFile(join(bed.files, 'a.parquet'), events.slice(0, half), 200);
  await writeOrderFile(join(bed.files, 'b.parquet'), events.slice(half), 200);
});
afterEach(() => bed.close());

describe('a backfill', () => {
  it('publishes exactly what its files hold, over the end of a year, and undo takes it back', async () => {
    const job = await bed.run(bed.draft(DAYS.from, DAYS.to));
    expect(job).toMatchObject({ state: 'awaiting_approval', units: { done: 10, cached: 0, failed: 0 } });
    expect(bed.history.publishedDays()).toEqual([]);
    expect(await bed.approve(job.id)).toMatchObject({ state: 'published', actions: ['undo'] });
    expect(await bed.published()).toEqual(await bed.replayed(DAYS));
    const total = bed.plan.rollups.find(({ by }) => by === null)?.name ?? '';
    const truth = oracle({ events, timeZone: bed.plan.timeZone, currency: 'USD' }).by.day ?? [];
    for (const { day, gmv, orders, buyers } of truth) {
      const generation = bed.history.publishedDay(String(day))?.generation ?? -1;
      const totals = await bed.history.totalsOf(generation, total);
      const of = (metric: string) => (totals?.additive.get(metric) ?? totals?.distinct.get(metric))?.[0];
      expect([day, of('gmv'), of('orders'), of('buyers')]).toEqual([day, gmv, orders, buyers]);
    }
    await bed.jobs.act({ id: job.id, action: 'undo', expect: null, actor: 'operator' });
    expect(bed.history.publishedDays()).toEqual([]);
  });

  it('reads nothing when it is repeated', async () => {
    const first = await bed.run(bed.draft(DAYS.from, DAYS.to));
    await bed.approve(first.id);
    const before = bed.rowsRead();
    const again = await bed.run(bed.draft(DAYS.from, DAYS.to));
    expect(again.units).toMatchObject({ done: 10, cached: 10 });
    expect(bed.rowsRead()).toBe(before);
    expect((await bed.jobs.comparison({ id: again.id })).days.some(({ differs }) => differs)).toBe(false);
  });

  it('gives the same through threads of its own', async () => {
    const pool = createUnitPool({ threads: 2, staging: bed.staging });
    try {
      await bed.restart({ pool });
      const job = await bed.run(bed.draft(DAYS.from, DAYS.to));
      expect(job.units).toMatchObject({ done: 10, cached: 0 });
      await bed.approve(job.id);
      expect(await bed.published()).toEqual(await bed.replayed(DAYS));
      expect(readdirSync(bed.staging)).toEqual([]);
    } finally {
      await pool.close();
    }
  });
});
