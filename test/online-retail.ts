import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import type { OrderEvent } from '../engine/events/order-event.ts';

const FOLDER = fileURLToPath(new URL('../../shared/data/online-retail', import.meta.url));
/** A real shop's orders of a year. */
export const ORDERS = `${FOLDER}/orders.parquet`;
/** The same as its publisher has them, in columns of his own. */
export const ORIGINAL = `${FOLDER}/original.parquet`;
/** Not every machine has the data set. */
export const PRESENT = existsSync(ORDERS);

export type TruthRow = Readonly<Record<string, string | number | null>>;

/** What another program computed over it. */
export interface Truth {
  readonly rows: number;
  readonly totals: TruthRow;
  readonly [list: string]: unknown;
}

/** List of the answer, list of the truth, and the truth's name of its key. */
export const TRUTH_LISTS = [
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

export const readTruth = (): Truth => JSON.parse(readFileSync(`${FOLDER}/truth.json`, 'utf8')) as Truth;

/** A row of the truth under the answer's names. */
export function asAnswered(row: TruthRow): TruthRow {
  const renamed = Object.entries(RENAMED).map(([theirs, ours]) => [ours, row[theirs] ?? null] as const);
  return Object.fromEntries([...renamed, ...SAME.map((name) => [name, row[name] ?? null] as const)]);
}

/** Of an answer's row only what the truth speaks of. */
export function comparable(row: Readonly<Record<string, unknown>>): TruthRow {
  const names = [...Object.values(RENAMED), ...SAME];
  return Object.fromEntries(names.map((name) => [name, row[name] as string | number | null]));
}

export async function readOrders(): Promise<OrderEvent[]> {
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
