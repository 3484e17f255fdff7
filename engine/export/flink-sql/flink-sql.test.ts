import { expect, test } from 'vitest';
import { type Catalogue, defaultCatalogue } from '../../definitions/catalogue.ts';
import { defineDimension } from '../../definitions/dimension.ts';
import { defineMetric } from '../../definitions/metric.ts';
import { defineRollup } from '../../definitions/rollup.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { type CompilePlanOptions, compilePlan } from '../../plan/compile-plan.ts';
import type { Plan } from '../../plan/plan.ts';
import { duckdbSql } from '../duckdb-sql/duckdb-sql.ts';
import { type FlinkSql, flinkSql } from './flink-sql.ts';
import type { OrderFiles } from './order-table.ts';

const title = { en: 'X', 'zh-CN': 'X' };
const ONE_FILE: OrderFiles = { folder: '/data', names: ['orders.parquet'] };

const planOf = (catalogue: Partial<Catalogue> = {}, more: Partial<CompilePlanOptions> = {}): Plan =>
  compilePlan({
    catalogue: { ...defaultCatalogue, ...catalogue },
    schema: ORDER_SCHEMA,
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    ...more,
  });
const write = (plan: Plan, files: readonly OrderFiles[] = [ONE_FILE]): FlinkSql => flinkSql({ plan, files });
const plan = planOf();
const sql = write(plan);
const viewOf = ({ statements }: FlinkSql, name: string): string =>
  statements.find((statement) => statement.sql.startsWith(`create temporary view ${name} as`))?.sql ?? '';

test('the plan has the same questions in Flink as in DuckDB, each with a view of its own', () => {
  const asked = ({ queries }: Pick<FlinkSql, 'queries'> | ReturnType<typeof duckdbSql>) =>
    queries.map(({ rollup, grain, buckets, metrics }) => ({ rollup, grain, buckets, metrics }));
  expect(asked(sql)).toEqual(asked(duckdbSql({ plan, files: ['x'] })));
  for (const { view, sql: query } of sql.queries) expect(viewOf(sql, view)).toContain(query);
});

test('a refund is taken off in the minute in which it happened, and buyers count from their first minute on', () => {
  const minute = viewOf(sql, 'total_minute');
  expect(minute).toContain("coalesce(sum(amount_minor) filter (where type = 'refunded'), 0) as refunds");
  expect(minute).toMatch(/group by business_day, utc_minute\n[\s\S]*gmv - refunds as net_gmv/);
  expect(viewOf(sql, 'total_first_minute')).toContain(
    "select business_day, 'buyers' as metric, buyer_id as id, min(utc_minute) as utc_minute",
  );
});

test('an event counts once per id and business day, the earliest first, whichever columns it has', () => {
  const order = /row_number\(\) over \(partition by business_day, event_id order by ([^)]*)\) as nth/;
  const [, columns = ''] = order.exec(viewOf(sql, 'applied')) ?? [];
  expect(columns.split(', ')).toEqual([...plan.deduplicate.payload, 'copies']);
  expect(columns.split(', ')[0]).toBe('event_time');
});

test('rows are rejected for the reasons of the plan, in their order and with their limits', () => {
  const reasons = [...viewOf(sql, 'validated').matchAll(/ then '([a-z_:]+)'$/gm)].map(([, reason]) => reason);
  const unsaid = ['not_utf8', 'more_values', 'not_integer', 'ahead_of_record'];
  expect(reasons.length).toBeGreaterThan(20);
  expect(reasons).toEqual(
    plan.rejects.filter(({ when }) => !unsaid.includes(when)).map(({ reason }) => reason),
  );
  const capped = write(planOf({}, { limits: { maxQuantity: 77 } }));
  expect(viewOf(capped, 'validated')).toContain('when quantity > 77 then');
});

test('filters, dimensions of users, hours of the day and another zone are written as the plan has them', () => {
  const own = write(
    planOf(
      {
        metrics: [
          defineMetric({
            name: 'rank',
            title,
            aggregate: 'sum',
            of: 'quantity',
            where: { category: ["children's", 'books'], type: 'paid' },
            unit: 'count',
          }),
        ],
        dimensions: [
          defineDimension({ name: 'shop', title, column: 'date' }),
          defineDimension({ name: 'clock', title, derived: 'hour_of_day' }),
        ],
        rollups: [
          defineRollup({ name: 'shops', by: 'shop', slice: 'minute', metrics: ['rank'], identity: false }),
          defineRollup({ name: 'clock', by: 'clock', slice: 'hour', metrics: ['rank'], identity: true }),
        ],
      },
      {
        timeZone: 'Europe/London',
        schema: [...ORDER_SCHEMA, { name: 'date', kind: 'category', nullable: true, about: 'the shop' }],
      },
    ),
  );
  expect(viewOf(own, 'shops_minute')).toContain(
    "coalesce(sum(quantity) filter (where category in ('books', 'children''s') and type = 'paid'), 0) as `rank`",
  );
  expect(viewOf(own, 'shops_minute')).toContain('`date` as key');
  expect(viewOf(own, 'shops_minute')).toContain('group by business_day, utc_minute, `date`');
  expect(viewOf(own, 'clock_day')).toContain('group by business_day, hour_of_day');
  expect(own.text).toContain("set 'table.local-time-zone' = 'Europe/London';");
  expect(own.text).toContain('\n  `date` STRING\n)');
  expect(viewOf(own, 'payloads')).toContain('payment_method, `date`, business_day');
});

test('minutes before clocks go back over midnight are of the day before, in zones that have such', () => {
  expect(viewOf(sql, 'dated')).toContain('cast(local_time as date) as business_day');
  const there = viewOf(write(planOf({}, { timeZone: 'America/St_Johns' })), 'dated');
  const change = Date.UTC(2010, 10, 7, 2, 31);
  expect(there).toContain(`event_time >= ${change - 60_000} and event_time < ${change}\n`);
  expect(there).toContain("then cast(local_time as date) - interval '1' day");
});

test('the table has the types of the schema, or those of the files, by folder', () => {
  expect(sql.text).toContain('  event_time TIMESTAMP(3),');
  expect(sql.text).toContain('  quantity INT,\n  amount_minor BIGINT,');
  expect(sql.text).toContain("'path' = 'file:///data/orders.parquet'");
  const two = write(plan, [
    { folder: '/data', names: ['a.parquet', 'b+.parquet'], types: new Map([['quantity', 'BIGINT']]) },
    { folder: "/it's", names: [] },
  ]);
  expect(two.text).toContain("'source.path.regex-pattern' = '/data/(a\\.parquet|b\\+\\.parquet)'");
  expect(two.text).toContain('  quantity BIGINT,\n  amount_minor BIGINT,');
  expect(two.text).toContain("'path' = 'file:///it''s',");
  expect(viewOf(two, 'events')).toMatch(/from orders\nunion all\n[\s\S]*from orders_2$/);
});

test('the script is stable, and each statement ends where a line does', () => {
  expect(write(plan).text).toBe(sql.text);
  expect(sql.text.split(/;\n/)).toHaveLength(sql.statements.length);
  expect(sql.text).toContain(plan.fingerprint);
});

test('what it can not say is refused by name', () => {
  const refused = (change: Partial<Plan>, message: RegExp): void =>
    expect(() => write({ ...plan, ...change } as Plan)).toThrow(message);
  refused({ currency: null }, /currency of the first row.*--currency/);
  refused({ version: 3 } as unknown as Partial<Plan>, /"3 event_id.*Flink SQL does not/);
  const [total, ...others] = plan.rollups;
  refused(
    { rollups: [{ ...total, name: 'total_first' } as Plan['rollups'][number], ...plan.rollups] },
    /total_first_minute/,
  );
  refused({ rollups: [...others, ...others] }, /Two views.*category_minute/);
  refused(
    { metrics: [...plan.metrics, { ...plan.metrics[0], name: 'key' } as Plan['metrics'][number]] },
    /"key"/,
  );
  expect(() => write(plan, [{ folder: '/a#b', names: [] }])).toThrow(/"\/a#b" is no path/);
  expect(() => write(plan, [{ folder: 'C:/orders', names: [] }])).toThrow(/absolute/);
});
