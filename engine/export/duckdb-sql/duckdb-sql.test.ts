import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { defaultCatalogue } from '../../definitions/catalogue.ts';
import { finishMetric } from '../../definitions/finish.ts';
import { defineMetric } from '../../definitions/metric.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { compilePlan } from '../../plan/compile-plan.ts';
import type { Plan } from '../../plan/plan.ts';
import { duckdbSql } from './duckdb-sql.ts';

const title = { en: 'X', 'zh-CN': 'X' };
const planWith = (metrics = defaultCatalogue.metrics): Plan =>
  compilePlan({
    catalogue: { ...defaultCatalogue, metrics },
    schema: ORDER_SCHEMA,
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
  });
const plan = planWith();
const files = ["orders/it's.parquet"];
const sql = duckdbSql({ plan, files });
const query = (rollup: string, grain: string): string =>
  sql.queries.find((q) => q.rollup === rollup && q.grain === grain)?.sql ?? '';

test('a metric is one line that reads like its definition', () => {
  expect(query('country', 'day')).toContain(
    "coalesce(sum(amount_minor) filter (where type = 'paid'), 0) as gmv,",
  );
  expect(query('total', 'month')).toContain(
    "count(distinct buyer_id) filter (where type = 'paid') as buyers",
  );
  expect(query('merchant', 'range')).toMatch(/merchant_id as key,[\s\S]*group by merchant_id\n/);
  expect(query('total', 'day')).toMatch(
    /gmv - refunds as net_gmv,[\s\S]*divide_rounded\(gmv, orders\) as aov/,
  );
});

test('every rollup has a query per grain; only minute slices have minutes, and sums alone', () => {
  const grains = (rollup: string): string[] =>
    sql.queries.filter((q) => q.rollup === rollup).map(({ grain }) => grain);
  expect(grains('total')).toEqual(['minute', 'hour', 'day', 'month', 'range', 'first_minute']);
  expect(grains('category')).toEqual(['minute', 'hour', 'day', 'month', 'range']);
  expect(grains('product')).toEqual(['hour', 'day', 'month', 'range']);
  expect(query('total', 'minute')).not.toContain('distinct');
});

test('reasons come in the order of the engine, with its limits', () => {
  const reasons = [...sql.text.matchAll(/when .* then '([a-z_:]+)'$/gm)].map(([, reason]) => reason);
  const unsaid = ['not_utf8', 'more_values', 'ahead_of_record'];
  const said = plan.rejects
    .filter(({ when, reason }) => !unsaid.includes(when) && reason !== 'not_an_integer:event_time')
    .map(({ reason }) => reason);
  expect(said).toEqual(expect.arrayContaining(['null:event_id', 'empty:type', 'unknown_type', 'currency']));
  expect(reasons).toEqual([...said, 'applied', 'duplicate']);
  expect(sql.text).toContain(`amount_minor > ${plan.limits.maxAmountMinor} `);
});

test('the script is stable, and its text is whatever its parts are', () => {
  expect(duckdbSql({ plan, files }).text).toBe(sql.text);
  for (const { sql: part } of [...sql.prelude, ...sql.queries]) expect(sql.text).toContain(`${part};`);
  expect(sql.text).toContain("'orders/it''s.parquet'");
  expect(sql.text).toContain(plan.fingerprint);
});

test('what it can not say is refused by name', () => {
  const taken = defineMetric({ name: 'key', title, aggregate: 'count', unit: 'count' });
  const named = planWith([...defaultCatalogue.metrics, taken]);
  expect(() => duckdbSql({ plan: named, files })).toThrow(/metric "key"/);
  const later = { ...plan, version: 3 } as unknown as Plan;
  expect(() => duckdbSql({ plan: later, files })).toThrow(/"3 event_id/);
});

test('its division rounds as the engine does, also between integers beyond 2^53 and below zero', async () => {
  const macro = sql.prelude.find(({ sql }) => sql.includes('macro divide_rounded'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(macro?.sql ?? '');
  const money = defineMetric({ name: 'm', title, aggregate: 'ratio', of: ['a', 'b'], unit: 'money' });
  const ratio = defineMetric({ name: 'r', title, aggregate: 'ratio', of: ['a', 'b'], unit: 'ratio' });
  const values = [0, 1, 2, 3, 5, 7, -1, -5, 1_000_003, 9_007_199_254_740_991];
  for (const a of values) {
    for (const b of values) {
      const rows = await connection.runAndReadAll(
        `select divide_rounded(${a}::hugeint, ${b}), divide_rounded(1000000 * ${a}::hugeint, ${b}) / 1000000::double`,
      );
      const [got = []] = rows.getRows();
      const base = (name: string): number => (name === 'a' ? a : b);
      const expected = [finishMetric(money, base), finishMetric(ratio, base)];
      expect(got.map((value) => (value === null ? null : Number(value) + 0))).toEqual(
        expected.map((value) => (value === null ? null : value + 0)),
      );
    }
  }
  connection.closeSync();
});
