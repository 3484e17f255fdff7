import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OrderEvent } from '../engine/events/order-event.ts';
import { oracle } from './oracle.ts';
import { replayAsJson } from './run-gmv.ts';
import type { Answer } from './truth-form.ts';

const FOLDER = fileURLToPath(new URL('../../shared/data/online-retail', import.meta.url));
const ORDERS = `${FOLDER}/orders.parquet`;
const PRESENT = existsSync(ORDERS);

type TruthRow = Readonly<Record<string, string | number | null>>;

interface Truth {
  readonly rows: number;
  readonly totals: TruthRow;
  readonly [list: string]: unknown;
}

/** List of the answer, list of the truth, and the truth's name of its key. */
const LISTS = [
  ['day', 'by_day', 'day'],
  ['month', 'by_month', 'month'],
  ['hour_of_day', 'by_hour_of_day', 'hour'],
  ['country', 'by_country_top10', 'country'],
  ['region', 'by_region_top10', 'region'],
  ['category', 'by_category_top10', 'category'],
  ['merchant', 'by_merchant_top10', 'merchant_id'],
  ['product', 'by_product_top10', 'product_id'],
  ['payment_method', 'by_payment_method', 'payment_method'],
] as const;

/** Names of the truth and of the answer, where they differ. */
const RENAMED = { gmv_minor: 'gmv', refunds_minor: 'refunds', net_minor: 'net_gmv' };
const SAME = ['orders', 'buyers', 'units', 'paid_events', 'refunded_events'];

/** A row of the truth under the answer's names. */
function asAnswered(row: TruthRow): TruthRow {
  const renamed = Object.entries(RENAMED).map(([theirs, ours]) => [ours, row[theirs] ?? null] as const);
  return Object.fromEntries([...renamed, ...SAME.map((name) => [name, row[name] ?? null] as const)]);
}

/** Of an answer's row only what the truth speaks of. */
function comparable(row: Readonly<Record<string, unknown>>): TruthRow {
  const names = [...Object.values(RENAMED), ...SAME];
  return Object.fromEntries(names.map((name) => [name, row[name] as string | number | null]));
}

async function readOrders(): Promise<OrderEvent[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const result = await connection.stream(
    `select * replace (epoch_ms(event_time) as event_time) from '${ORDERS}'`,
  );
  const events: OrderEvent[] = [];
  for await (const rows of result.yieldRowObjectJs()) {
    for (const row of rows) {
      const columns = Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'bigint' ? Number(value) : value,
      ]);
      events.push(Object.fromEntries(columns) as OrderEvent);
    }
  }
  connection.closeSync();
  return events;
}

describe.skipIf(!PRESENT)(
  `Online Retail (${PRESENT ? 'present' : 'skipped: the data set is not here'})`,
  () => {
    const answers = new Map<number, Answer>();
    let truth: Truth;

    beforeAll(async () => {
      truth = JSON.parse(readFileSync(`${FOLDER}/truth.json`, 'utf8')) as Truth;
      for (const threads of [1, 2, 3]) {
        const args = [ORDERS, '--time-zone', 'UTC', '--threads', String(threads)];
        answers.set(threads, await replayAsJson(args, { folder: tmpdir() }));
      }
    });

    const answered = (threads: number): Answer => answers.get(threads) ?? { totals: {}, by: {} };

    it.each([1, 2, 3])('replays to its published truth on %i threads', (threads) => {
      const answer = answered(threads);
      expect(answer).toMatchObject({
        rows: truth.rows,
        applied: truth.rows,
        duplicates: 0,
        conflicts: 0,
        late: 0,
      });
      expect(answer).toMatchObject({ rejected: 0, rejected_by: {}, time_zone: 'UTC' });
      expect(comparable(answer.totals)).toEqual(asAnswered(truth.totals));
      expect(answer.totals.aov).toBe(truth.totals.aov_minor_rounded);
      for (const [list, theirs, key] of LISTS) {
        const rows = truth[theirs] as readonly TruthRow[];
        expect(rows.length, theirs).toBeGreaterThan(0);
        expect(
          answer.by[list]?.map((row) => ({ key: row[list], ...comparable(row) })),
          list,
        ).toEqual(rows.map((row) => ({ key: row[key], ...asAnswered(row) })));
      }
    });

    it('gives every field the same on any number of threads', () => {
      const { seconds: _s, rows_per_second: _r, ...one } = answered(1);
      for (const threads of [2, 3]) {
        const { seconds: _t, rows_per_second: _u, ...more } = answered(threads);
        expect(more).toEqual(one);
      }
    });

    it('agrees with the oracle in every list, hours included', async () => {
      const whole = oracle({ events: await readOrders(), timeZone: 'UTC' });
      const answer = answered(1);
      expect(answer.totals).toEqual(whole.totals);
      for (const [list, rows] of Object.entries(whole.by)) {
        const cut = ['hour', 'day', 'month', 'hour_of_day'].includes(list) ? rows : rows.slice(0, 10);
        expect(answer.by[list], list).toEqual(cut);
      }
      expect(answer.by.hour?.[0]?.hour).toBe('2010-12-01T08:00:00+00:00');
    }, 180_000);
  },
);
