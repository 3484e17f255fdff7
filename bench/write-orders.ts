import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Writes about `rows` order events of 28 days as Parquet (zstd, row groups of 122,880, in order of time) and
 * gives the path. Orders have one to five lines; each line is created, most are paid, some refunded; every
 * two-hundredth event comes twice. The numbers are functions of the row, so that each run measures the same.
 */
export async function writeOrders(rows: number): Promise<string> {
  const file = join(tmpdir(), `gmv-bench-orders-${process.pid}.parquet`);
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  // 1.94 events a line: created and paid 0.9, refunded 0.04.
  const lines = Math.ceil(rows / 1.95);
  await connection.run(`
    create macro pick(salt, n) as (hash(salt, n) % 1000003) / 1000003.0;
    create table lines as
      select i, i // 3 as o, i % 3 + 1 as line, pick('p', i) ** 3 as p, pick('b', i // 3) as b
      from range(${lines}) t(i);
    create table events as
      select * from (
        select i, o, line, p, b, 'created' as type, 0 as delay from lines
        union all select i, o, line, p, b, 'paid', 45 from lines where pick('y', o) < 0.9
        union all select i, o, line, p, b, 'refunded', 7200 from lines where pick('r', i) < 0.04
      );
    insert into events select * from events where pick('d', i) < 0.005;
    copy (
      select
        type || '-' || i as event_id,
        (timestamp '2025-11-01' + to_milliseconds(
          (o / ${Math.max(1, lines / 3)} * 27.5 * 86400000)::bigint + delay * 1000))::timestamp_ms as event_time,
        type, 'o' || o as order_id, line::int as line,
        case when b < 0.9 then 'b' || (b * ${Math.ceil(rows / 8)})::bigint end as buyer_id,
        'm' || (p * 2000)::int as merchant_id,
        'p' || (p * 50000)::int as product_id,
        'c' || ((p * 50000)::int % 24) as category,
        (1 + i % 4)::int as quantity,
        (100 + hash(i) % 50000)::bigint as amount_minor,
        'CNY' as currency,
        case when b < 0.8 then 'CN' else chr(65 + (o % 13)::int) || 'X' end as country,
        'r' || (o % 31) as region,
        ['app', 'web', 'live', 'store'][1 + (o % 4)::int] as channel,
        ['alipay', 'wechat', 'card'][1 + (o % 3)::int] as payment_method
      from events order by event_time, event_id
    ) to '${file}' (format parquet, compression zstd)`);
  connection.closeSync();
  instance.closeSync();
  return file;
}
