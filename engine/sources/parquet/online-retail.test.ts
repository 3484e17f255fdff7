import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { duckdb, type PlainColumns, readColumns } from './parquet-fixtures.ts';

const FILE = resolve(import.meta.dirname, '../../../../shared/data/online-retail/orders.parquet');
const missing = existsSync(FILE) ? '' : ' (skipped: ../shared/data/online-retail is not there)';

const sum = (values: PlainColumns[string] = []): number =>
  values.reduce<number>((total, value) => total + Number(value ?? 0), 0);
const nulls = (values: PlainColumns[string] = []): number => values.filter((value) => value === null).length;
const distinct = (values: PlainColumns[string] = []): number =>
  new Set(values.filter((value) => value !== null)).size;

it.skipIf(missing !== '')(`reads Online Retail as DuckDB does${missing}`, async () => {
  const read = await readColumns(FILE);
  const [expected] = await duckdb(
    `select count(*)::varchar as rows, sum(amount_minor)::varchar as amount, sum(quantity)::varchar as quantity,
       sum(line)::varchar as line, sum(epoch_ms(event_time))::varchar as times,
       count(distinct product_id)::varchar as products, count(distinct country)::varchar as countries,
       (count(*) - count(country))::varchar as no_country, (count(*) - count(buyer_id))::varchar as no_buyer,
       count(distinct buyer_id)::varchar as buyers, count(distinct order_id)::varchar as orders,
       count(distinct event_id)::varchar as events
     from read_parquet('${FILE}')`,
  );
  const ids = (lo = '', hi = ''): string[] =>
    (read[lo] ?? []).map((word, i) => `${word}/${read[hi]?.[i]}`).filter((id) => id !== '0/0');
  const buyers = ids('buyer_id lo', 'buyer_id hi');
  const found = {
    rows: read.event_time?.length,
    amount: sum(read.amount_minor),
    quantity: sum(read.quantity),
    line: sum(read.line),
    times: (read.event_time ?? []).reduce<bigint>((total, time) => total + BigInt(time ?? 0), 0n),
    products: distinct(read.product_id),
    countries: distinct(read.country),
    no_country: nulls(read.country),
    no_buyer: (read.event_time?.length ?? 0) - buyers.length,
    buyers: distinct(buyers),
    orders: distinct(ids('order_id lo', 'order_id hi')),
    events: distinct(ids('event_id 0', 'event_id 1')),
  };
  expect(Object.fromEntries(Object.entries(found).map(([name, value]) => [name, String(value)]))).toEqual(
    expected,
  );
});
