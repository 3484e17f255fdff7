import { expect, test } from 'vitest';
import { type Catalogue, defaultCatalogue } from '../definitions/catalogue.ts';
import type { AdditiveMetric, MetricDefinition } from '../definitions/metric.ts';
import { GmvError } from '../errors.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { compilePlan } from './compile-plan.ts';
import { fingerprint } from './fingerprint.ts';

const compile = (catalogue: Partial<Catalogue>, more = {}) =>
  compilePlan({
    catalogue: { ...defaultCatalogue, ...catalogue },
    schema: ORDER_SCHEMA,
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    ...more,
  });

const title = { en: 'X', 'zh-CN': 'X' };
const count = (name: string, where?: Record<string, string | string[]>): AdditiveMetric => ({
  name,
  title,
  unit: 'count',
  aggregate: 'count',
  where,
});
const metrics = (...more: MetricDefinition[]) => ({ metrics: [...defaultCatalogue.metrics, ...more] });

test('the default catalogue compiles to plain JSON that reads back as itself', () => {
  const plan = compile({});
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  expect(plan.columns).toEqual(ORDER_SCHEMA.map((column) => column.name));
  expect(plan.additive.map((entry) => entry.metric)).toEqual([
    'gmv',
    'refunds',
    'units',
    'paid_events',
    'refunded_events',
  ]);
});

test('metrics with the same where clause share one predicate, however it is written', () => {
  const plan = compile(
    metrics(
      count('a', { type: ['paid', 'refunded'], country: 'GB' }),
      count('b', { country: ['GB'], type: ['refunded', 'paid', 'paid'] }),
    ),
  );
  const [a, b] = plan.additive.slice(-2);
  expect(a?.predicate).toBe(b?.predicate);
  expect(plan.predicates).toHaveLength(5);
});

test('equal input has an equal fingerprint, another time zone another one', () => {
  const { fingerprint: stated, ...rest } = compile({});
  expect(stated).toMatch(/^[0-9a-f]{64}$/);
  expect(fingerprint(rest)).toBe(stated);
  expect(compile({}).fingerprint).toBe(stated);
  expect(compile({}, { timeZone: 'UTC' }).fingerprint).not.toBe(stated);
  expect(fingerprint({ a: 1, b: [{ d: 1, c: 2 }] })).toBe(fingerprint({ b: [{ c: 2, d: 1 }], a: 1 }));
});

test('event times begin in 1970, in a zone that was seconds off then with its first day of whole minutes', () => {
  const earliest = (timeZone: string): string =>
    new Date(compile({}, { timeZone }).limits.minEventTimeMs).toISOString();
  expect(earliest('Asia/Shanghai')).toBe('1970-01-01T00:00:00.000Z');
  expect(earliest('Africa/Monrovia')).toBe('1972-01-08T00:00:00.000Z');
  for (const timeZone of Intl.supportedValuesOf('timeZone')) {
    if (timeZone !== 'Africa/Monrovia')
      expect([timeZone, earliest(timeZone)]).toEqual([timeZone, earliest('UTC')]);
  }
});

const many = Array.from({ length: 33 }, (_, i) => count(`m${i}`, { country: `C${i}` }));
const rollup = { name: 'r', by: null, slice: 'minute', metrics: ['gmv'], identity: false } as const;
const wrong: [string, () => unknown, RegExp][] = [
  [
    'a sum of a column that is not there',
    () => compile(metrics({ ...count('x'), aggregate: 'sum', of: 'tax' })),
    /"x" names the column "tax".*Add the column/,
  ],
  [
    'a sum of an id',
    () => compile(metrics({ ...count('x'), aggregate: 'sum', of: 'buyer_id' })),
    /kind id64.*quantity/,
  ],
  ['a sum of nothing', () => compile(metrics({ ...count('x'), aggregate: 'sum' })), /sums nothing/],
  [
    'a distinct count of a category',
    () => compile(metrics({ name: 'x', title, unit: 'count', aggregate: 'count_distinct', of: 'country' })),
    /kind category, but needs id64/,
  ],
  [
    'a where on a number',
    () => compile(metrics(count('x', { quantity: '1' }))),
    /where clause of metric "x".*quantity/,
  ],
  [
    'a where without values',
    () => compile(metrics(count('x', { country: [] }))),
    /names no value for country/,
  ],
  [
    'a ratio of nothing known',
    () => compile(metrics({ name: 'x', title, unit: 'ratio', aggregate: 'ratio', of: ['gmv', 'visits'] })),
    /made of "visits", which is no metric/,
  ],
  [
    'a difference of distinct counts',
    () =>
      compile(metrics({ name: 'x', title, unit: 'count', aggregate: 'difference', of: ['orders', 'gmv'] })),
    /"orders", which is a count_distinct/,
  ],
  ['two metrics of one name', () => compile(metrics(count('gmv'))), /two metrics are named "gmv"/],
  ['more predicates than a mask has bits', () => compile(metrics(...many)), /predicate number 33/],
  [
    'a dimension whose column the schema lacks',
    () => compile({ dimensions: [{ name: 'x', title, column: 'coupon' }] }),
    /"coupon".*Add the column to the schema/,
  ],
  [
    'a dimension over a number',
    () => compile({ dimensions: [{ name: 'x', title, column: 'line' }] }),
    /dimension "x".*kind integer/,
  ],
  [
    'a rollup by an unknown dimension',
    () => compile({ rollups: [{ ...rollup, by: 'city' }] }),
    /"city", which is no dimension/,
  ],
  [
    'a rollup of an unknown metric',
    () => compile({ rollups: [{ ...rollup, metrics: ['visits'] }] }),
    /keeps "visits", which is no metric/,
  ],
  [
    'a rollup of a derived metric',
    () => compile({ rollups: [{ ...rollup, metrics: ['aov'] }] }),
    /Keep gmv and orders instead/,
  ],
  [
    'a cumulative rollup by a dimension',
    () => compile({ rollups: [{ ...rollup, by: 'country', cumulative: true }] }),
    /Only a total/,
  ],
  ['two rollups of one name', () => compile({ rollups: [rollup, rollup] }), /two rollups are named "r"/],
  ['an unknown time zone', () => compile({}, { timeZone: 'Mars/Base' }), /"Mars\/Base" is no time zone/],
  ['a schema without event_id', () => compile({}, { schema: ORDER_SCHEMA.slice(1) }), /"event_id"/],
  [
    'an earliest event time when the zone was seconds off',
    () => compile({}, { timeZone: 'Africa/Monrovia', limits: { minEventTimeMs: 0 } }),
    /minEventTimeMs is of a time when Africa\/Monrovia.*Give 63676800000 \(1972-01-08/,
  ],
  [
    'a limit that is no integer',
    () => compile({}, { limits: { maxQuantity: Number.NaN } }),
    /limits.maxQuantity is NaN/,
  ],
];

test.each(wrong)('%s is refused by name', (_what, attempt, message) => {
  expect(attempt).toThrow(GmvError);
  expect(attempt).toThrow(message);
});
