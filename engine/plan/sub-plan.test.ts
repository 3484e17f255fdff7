import { expect, it } from 'vitest';
import { defaultCatalogue } from '../definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { compilePlan } from './compile-plan.ts';
import { figureKey, figureMeanings } from './figure-meanings.ts';
import { subPlan } from './sub-plan.ts';

const compile = (change: object = {}) =>
  compilePlan({
    catalogue: { ...defaultCatalogue, ...change },
    schema: ORDER_SCHEMA,
    timeZone: 'UTC',
    currency: 'EUR',
  });
const plan = compile();
/** What every figure needs: whether, when and how often an event counts. */
const ALWAYS = [
  ...['event_id', 'event_time', 'type', 'order_id', 'line'],
  ...['product_id', 'quantity', 'amount_minor', 'currency'],
];
const NULLABLE = ORDER_SCHEMA.filter(({ nullable }) => nullable).map(({ name }) => name);

it('reads what decides about events, and of the rest only what its figures are made of', () => {
  const columnsOf = (rollup: string, metric: string): readonly string[] =>
    subPlan(plan, [{ rollup, metric }]).columns;
  const more = (rollup: string, metric: string) =>
    columnsOf(rollup, metric).filter((name) => NULLABLE.includes(name));
  expect(columnsOf('total', 'gmv')).toEqual(ALWAYS);
  expect(more('total', 'buyers')).toEqual(['buyer_id']);
  expect(more('country', 'gmv')).toEqual(['country']);
  expect(more('merchant', 'units')).toEqual(['merchant_id']);
  expect(more('region', 'buyers')).toEqual(['buyer_id', 'region']);
  expect(columnsOf('product', 'gmv')).toEqual(ALWAYS);
  expect(columnsOf('hour_of_day', 'orders')).toEqual(ALWAYS);
});

it('reads the columns of where clauses', () => {
  const title = { en: 'x', 'zh-CN': 'x' };
  const app = {
    name: 'app',
    title,
    unit: 'count',
    aggregate: 'count',
    where: { channel: 'app' },
  } as const;
  const total = { name: 'apps', by: null, slice: 'minute', metrics: ['app'], identity: false } as const;
  const own = compile({
    metrics: [...defaultCatalogue.metrics, app],
    rollups: [...defaultCatalogue.rollups, total],
  });
  expect(subPlan(own, [{ rollup: 'apps', metric: 'app' }]).columns).toEqual([...ALWAYS, 'channel']);
});

it('has of rules and of the payload what is read, and nothing that its figures do not name', () => {
  const part = subPlan(plan, [
    { rollup: 'country', metric: 'orders' },
    { rollup: 'total', metric: 'refunds' },
  ]);
  expect(part.schema.map(({ name }) => name)).toEqual(part.columns);
  expect(part.rejects).toEqual(plan.rejects.filter(({ column }) => part.columns.includes(column)));
  expect(part.deduplicate.payload).toEqual(
    plan.deduplicate.payload.filter((column) => part.columns.includes(column)),
  );
  expect(part.additive.map(({ metric }) => metric)).toEqual(['refunds']);
  expect(part.distinct.map(({ metric }) => metric)).toEqual(['orders']);
  expect(part.dimensions.map(({ name }) => name)).toEqual(['country']);
  expect(part.rollups.map(({ name, additive, distinct }) => ({ name, additive, distinct }))).toEqual([
    { name: 'total', additive: [0], distinct: [] },
    { name: 'country', additive: [], distinct: [0] },
  ]);
  expect(part.metrics.map(({ name }) => name)).toEqual(['refunds', 'orders']);
  const where = [...part.additive, ...part.distinct].map(
    ({ predicate }) => part.predicates[predicate]?.where,
  );
  expect(where).toEqual([[{ column: 'type', in: ['refunded'] }], [{ column: 'type', in: ['paid'] }]]);
});

it('is the whole plan where all is asked for, whatever the order of asking', () => {
  const all = [...figureMeanings(plan).keys()].map((key) => {
    const [rollup = '', metric = ''] = key.split('/');
    return { rollup, metric };
  });
  const { fingerprint: _, ...rest } = subPlan(plan, all);
  const { fingerprint, metrics, ...whole } = plan;
  const base = metrics.filter(({ name }) => all.some(({ metric }) => metric === name));
  expect(rest).toEqual({ ...whole, metrics: base });
  const [first = { rollup: '', metric: '' }, ...others] = all;
  expect(subPlan(plan, [...others, first]).fingerprint).toBe(subPlan(plan, all).fingerprint);
  expect(fingerprint).not.toBe(subPlan(plan, [first]).fingerprint);
});

it('with all columns decides about events as the whole plan does', () => {
  const part = subPlan(plan, [{ rollup: 'total', metric: 'gmv' }], plan.columns);
  expect(part).toMatchObject({
    columns: plan.columns,
    schema: plan.schema,
    rejects: plan.rejects,
    deduplicate: plan.deduplicate,
  });
  const key = figureKey('total', 'gmv');
  expect(figureMeanings(part).get(key)).toBe(figureMeanings(plan).get(key));
});

it('a figure that the plan does not have is refused', () => {
  expect(() => subPlan(plan, [{ rollup: 'total', metric: 'profit' }])).toThrow('total/profit');
  expect(() => subPlan(plan, [{ rollup: 'merchant', metric: 'buyers' }])).toThrow('merchant/buyers');
});
