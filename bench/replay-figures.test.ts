import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DayFigures } from '../engine/figures/day-figures.ts';
import { replayFiles } from '../engine/runtime/replay/replay-files.ts';
import { defaultPlan } from './default-plan.ts';
import { digestOfDays } from './figure-digest.ts';
import { SET_KINDS, writeOrders } from './order-set.ts';
import { duckdbFigures } from './replay-duckdb.ts';
import { engineFigures } from './replay-engine.ts';

const ROWS = 5_000;
const plan = defaultPlan();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gmv-bench-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function query(sql: string): Promise<unknown[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = (await connection.runAndReadAll(sql)).getRowsJson();
  connection.closeSync();
  return rows;
}

async function ordersOf(kind: (typeof SET_KINDS)[number], seed: number): Promise<string> {
  const file = join(folder, `${kind}-${seed}.parquet`);
  await writeOrders({ kind, rows: ROWS, codec: 'snappy', seed }, file);
  return file;
}

test.each(SET_KINDS)(
  'engine and DuckDB find the same figures in %s orders, some of which came thrice',
  async (kind) => {
    const once = await ordersOf(kind, 1);
    const file = join(folder, `${kind}-again.parquet`);
    const again = `select * from '${once}' where line = 2`;
    await query(`copy (from '${once}' union all ${again} union all ${again}) to '${file}'`);
    const [engine, duckdb] = [
      await engineFigures({ file, plan, threads: 1 }),
      await duckdbFigures({ file, plan, threads: 2 }),
    ];
    const digest = (await duckdb.digest()) ?? {};
    expect(Object.keys(digest).length).toBeGreaterThan(100);
    expect(await engine.digest()).toEqual(digest);
  },
);

test('one id in another set, one cell in another minute and one count more each show in the digest', async () => {
  const file = await ordersOf('real', 2);
  const days: DayFigures[] = [];
  await replayFiles({ plan, files: [file], threads: 1, onDay: (day) => void days.push(day) });
  const expected = digestOfDays(days);
  const category = days[3]?.rollups.find(({ rollup }) => rollup === 'category');
  const [orders] = category?.distinct ?? [];
  if (!category || !orders?.identity) throw new Error('the day has no orders by category');
  const differing = (): string[] => {
    const changed = digestOfDays(days);
    return Object.keys(expected).filter((section) => changed[section] !== expected[section]);
  };
  orders.identity.offsets[1]!--;
  expect(differing()).toEqual(['category orders identity']);
  orders.daily.count[0]!++;
  expect(differing()).toEqual(['category orders daily', 'category orders identity']);
  category.cells.slot[0]!++;
  expect(differing()).toContain('category gmv cells');
});

test('a set is a function of its options, has so many rows, and its orders hang together where they are real', async () => {
  const [real, independent] = [await ordersOf('real', 3), await ordersOf('independent', 3)];
  const rowsOf = (file: string): Promise<unknown[]> => query(`from '${file}'`);
  const rows = await rowsOf(real);
  expect(rows).toHaveLength(ROWS);
  await writeOrders({ kind: 'real', rows: ROWS, codec: 'zstd', seed: 3 }, join(folder, 'same.parquet'));
  expect(await rowsOf(join(folder, 'same.parquet'))).toEqual(rows);
  expect(await rowsOf(await ordersOf('real', 4))).not.toEqual(rows);
  const mixed = (file: string): Promise<unknown[]> =>
    query(`select order_id from '${file}' group by order_id
      having count(distinct (buyer_id, channel, payment_method, country, region)) > 1`);
  expect(await mixed(real)).toEqual([]);
  expect((await mixed(independent)).length).toBeGreaterThan(ROWS / 20);
});
