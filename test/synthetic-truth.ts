/**
 * Writes `synthetic-truth.json`: the synthetic set's figures by DuckDB, from SQL written by hand here, so that
 * engine and oracle have a third to agree with. Run after a change of `synthetic.ts`:
 * `npx tsx test/synthetic-truth.ts`.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { SYNTHETIC_CURRENCY, SYNTHETIC_SEED, SYNTHETIC_ZONES, syntheticEvents } from './synthetic.ts';
import { type Answer, FIGURES, truthForm } from './truth-form.ts';

const EVENTS_SQL = (file: string): string => `
  create table events as
  select row_number() over () as seq, * from read_json('${file}', format = 'newline_delimited', columns = {
    event_id: 'VARCHAR', event_time: 'BIGINT', type: 'VARCHAR', order_id: 'VARCHAR', line: 'BIGINT',
    buyer_id: 'VARCHAR', merchant_id: 'VARCHAR', product_id: 'VARCHAR', category: 'VARCHAR', quantity: 'BIGINT',
    amount_minor: 'BIGINT', currency: 'VARCHAR', country: 'VARCHAR', region: 'VARCHAR', channel: 'VARCHAR',
    payment_method: 'VARCHAR'})`;

/** Any bounds between the set's ordinary values and its absurd ones give the same truth. */
const CHECKED_SQL = `
  create table checked as
  select *, case
    when event_id is null then 'null:event_id'
    when event_time is null then 'null:event_time'
    when type is null then 'null:type'
    when order_id is null then 'null:order_id'
    when line is null then 'null:line'
    when product_id is null then 'null:product_id'
    when quantity is null then 'null:quantity'
    when amount_minor is null then 'null:amount_minor'
    when currency is null then 'null:currency'
    when event_id = '' then 'empty:event_id'
    when type = '' then 'empty:type'
    when order_id = '' then 'empty:order_id'
    when product_id = '' then 'empty:product_id'
    when currency = '' then 'empty:currency'
    when event_time < 0 or event_time >= epoch_ms(timestamp '2150-01-01') then 'time_out_of_range'
    when type not in ('created', 'paid', 'payment_failed', 'shipped', 'delivered', 'cancelled', 'refunded')
      then 'unknown_type'
    when amount_minor < 0 then 'negative_amount'
    when quantity < 0 then 'negative_quantity'
    when amount_minor > 1000000000000 then 'amount_over_cap'
    when quantity > 1000000000 then 'quantity_over_cap'
    when currency <> '${SYNTHETIC_CURRENCY}' then 'currency'
  end as reason
  from events`;

/** Local time by DuckDB's ICU; of one id and day the payload of the earliest event time is right. */
const JUDGED_SQL = (zone: string): string => `
  create or replace macro wall(ms) as timezone('${zone}', timezone('UTC', make_timestamp(ms * 1000)));
  create or replace macro zone_offset(ms) as (epoch_ms(wall(ms)) - ms) // 60000;
  create or replace table local as
  select *, wall(event_time) as wall_time, zone_offset(event_time) as off,
    cast(wall(event_time) as date) as local_day,
    to_json(struct_pack(event_time, type, order_id, line, buyer_id, merchant_id, product_id, category, quantity,
      amount_minor, currency, country, region, channel, payment_method))::varchar as payload
  from checked where reason is null;
  create or replace table judged as
  select *, case when payload <> winner then 'conflict' when nth > 1 then 'duplicate' else 'applied' end as fate
  from (
    select *, row_number() over (partition by local_day, event_id, payload order by seq) as nth
    from (select *, arg_min(payload, event_time) over (partition by local_day, event_id) as winner from local));
  create or replace table applied as
  select *, strftime(local_day, '%Y-%m-%d') as "day", strftime(local_day, '%Y-%m') as "month",
    extract(hour from wall_time) as hour_of_day, merchant_id as merchant, product_id as product,
    -- an hour cut by a clock change starts at the change: the first quarter with its offset
    epoch_ms(date_trunc('hour', wall_time)) - off * 60000 as full_hour
  from judged where fate = 'applied';
  create or replace table timed as
  select *, strftime(wall(start), '%Y-%m-%dT%H:%M:00') || printf('%s%02d:%02d', case when off < 0 then '-' else '+'
    end, abs(off) // 60, abs(off) % 60) as "hour"
  from (select *, full_hour + 900000 * case when zone_offset(full_hour) = off then 0
      when zone_offset(full_hour + 900000) = off then 1 when zone_offset(full_hour + 1800000) = off then 2 else 3
    end as start from applied)`;

const FIGURES_SQL = `
  coalesce(sum(amount_minor) filter (type = 'paid'), 0) as gmv,
  coalesce(sum(amount_minor) filter (type = 'refunded'), 0) as refunds,
  gmv - refunds as net_gmv,
  count(distinct order_id) filter (type = 'paid') as orders,
  count(distinct buyer_id) filter (type = 'paid') as buyers,
  coalesce(sum(quantity) filter (type = 'paid'), 0) as units,
  count(*) filter (type = 'paid') as paid_events,
  count(*) filter (type = 'refunded') as refunded_events,
  count(distinct order_id) filter (type = 'created') as created_orders,
  count(distinct order_id) filter (type = 'cancelled') as cancelled_orders,
  if(created_orders = 0, null, ((2000000 * orders + created_orders) // (2 * created_orders)) / 1e6)
    as payment_success_rate,
  if(orders = 0, null, (2 * gmv + orders) // (2 * orders)) as aov,
  if(gmv = 0, null, ((2000000 * refunds + gmv) // (2 * gmv)) / 1e6) as refund_rate`;

const TIME_ORDER = { hour: 'min(start)', day: 'key', month: 'key', hour_of_day: 'key' };
const DIMENSIONS = ['category', 'country', 'region', 'channel', 'payment_method', 'merchant', 'product'];

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> {
  const rows = (await connection.runAndReadAll(sql)).getRowObjects();
  const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
  );
}

async function answerFor(connection: DuckDBConnection, zone: string): Promise<Answer> {
  await connection.run(JUDGED_SQL(zone));
  const fates = await rowsOf(connection, 'select fate, count(*) as n from judged group by fate');
  const reasons = await rowsOf(
    connection,
    'select reason, count(*) as n from checked where reason is not null group by reason',
  );
  const [all] = await rowsOf(connection, 'select count(*) as n from events');
  const fate = (name: string): unknown => fates.find((row) => row.fate === name)?.n ?? 0;
  const by: Record<string, Record<string, unknown>[]> = {};
  const orders = Object.entries({
    ...TIME_ORDER,
    ...Object.fromEntries(DIMENSIONS.map((name) => [name, 'gmv desc, key asc nulls last'])),
  });
  for (const [name, order] of orders) {
    const sql = `select "${name}" as key, ${FIGURES_SQL} from timed group by "${name}" order by ${order}`;
    by[name] = (await rowsOf(connection, sql)).map(({ key, ...figures }) => ({ [name]: key, ...figures }));
  }
  const [totals] = await rowsOf(connection, `select ${FIGURES_SQL} from timed`);
  return {
    rows: all?.n,
    applied: fate('applied'),
    duplicates: fate('duplicate'),
    conflicts: fate('conflict'),
    late: 0,
    rejected: reasons.reduce((sum, { n }) => sum + Number(n), 0),
    rejected_by: Object.fromEntries(reasons.map(({ reason, n }) => [String(reason), n])),
    totals: totals ?? {},
    by,
  };
}

async function writeTruth(target: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-truth-'));
  try {
    const lines = syntheticEvents().map((event) => JSON.stringify(event));
    const file = join(folder, 'events.ndjson');
    writeFileSync(file, lines.join('\n'));
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(EVENTS_SQL(file));
    await connection.run(CHECKED_SQL);
    const zones: string[] = [];
    for (const zone of SYNTHETIC_ZONES) {
      const { by, ...rest } = truthForm(await answerFor(connection, zone));
      const lists = Object.entries(by).map(
        ([name, rows]) => `"${name}": [\n${rows.map((row) => JSON.stringify(row)).join(',\n')}]`,
      );
      zones.push(`"${zone}": {${JSON.stringify(rest).slice(1, -1)},\n"by": {\n${lists.join(',\n')}}}`);
    }
    const head = {
      about: 'figures of the synthetic set by DuckDB; made by test/synthetic-truth.ts',
      seed: SYNTHETIC_SEED,
      events: lines.length,
      events_sha256: createHash('sha256').update(lines.join('\n')).digest('hex'),
      row: ['key', ...FIGURES],
    };
    writeFileSync(target, `${JSON.stringify(head).slice(0, -1)},\n"zones": {\n${zones.join(',\n')}}}\n`);
    connection.closeSync();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await writeTruth(fileURLToPath(new URL('./synthetic-truth.json', import.meta.url)));
