import { describe, expect, it } from 'vitest';
import { defaultCatalogue } from '../../definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { compilePlan } from '../../plan/compile-plan.ts';
import { planView } from './plan-view.ts';

const plan = compilePlan({
  catalogue: defaultCatalogue,
  schema: ORDER_SCHEMA,
  timeZone: 'UTC',
  currency: 'CNY',
});
const today = { kind: 'today' } as const;
const base = { metrics: ['gmv'], grain: 'range', range: today };

describe('a view', () => {
  it('is answered by the rollup of its dimension, of its filter, or the total', () => {
    expect(planView(plan, base).rollup.name).toBe('total');
    expect(planView(plan, { ...base, dimension: 'country' }).rollup.name).toBe('country');
    const filtered = planView(plan, { ...base, grain: 'minute', filter: { category: null } });
    expect(filtered).toMatchObject({ rollup: { name: 'category' }, key: null, byKey: false });
    expect(planView(plan, { ...base, metrics: ['aov', 'net_gmv'] })).toMatchObject({
      additive: ['gmv', 'refunds'],
      distinct: ['orders'],
    });
  });

  it('whose filters no rollup answers is a run of their own, of today', () => {
    const ids = [
      { filter: { country: null, category: 'a' } },
      { filter: { category: 'a', country: null }, dimension: 'channel' },
      { filter: { product: 'p' }, metrics: ['orders'] },
      { filter: { product: 'p' }, grain: 'minute' },
      { filter: { channel: 'app' }, grain: 'minute', metrics: ['orders', 'buyers'] },
    ].map((change) => planView(plan, { ...base, ...change }));
    expect(ids.map(({ within, rollup, key }) => [within?.id, rollup.name, key])).toEqual([
      ['{"category":"a","country":null}', 'total', null],
      ['{"category":"a","country":null}', 'channel', undefined],
      ['{"product":"p"}', 'total', null],
      ['{"product":"p"}', 'total', null],
      ['{"channel":"app"}', 'total', null],
    ]);
    const mixed = { filter: { channel: 'app' }, grain: 'minute', metrics: ['gmv', 'orders'] };
    expect(planView(plan, { ...base, ...mixed })).toMatchObject({
      within: null,
      rollup: { name: 'channel' },
    });
  });

  it.each([
    [{ metrics: ['profit'] }, /there is no metric profit\. Use gmv, refunds,/],
    [{ dimension: 'colour' }, /no rollup is by colour\. Use category, country,/],
    [{ metrics: ['gmv', 'aov'], dimension: 'product' }, /product does not keep orders\. It keeps gmv,/],
    [
      { dimension: 'region', filter: { hour_of_day: '3' } },
      /no rollup keeps region with hour_of_day, and hour_of_day=3 can't be combined\. Combine keys of category,/,
    ],
    [{ filter: { category: 'a', shop: 'b' } }, /there is no dimension shop/],
    [{ dimension: 'region', grain: 'day' }, /one row per key, not per day\. Use grain "range"/],
    [
      { filter: { merchant: 'm' }, grain: 'minute', range: { kind: 'last_days', count: 2 } },
      /kept by hour, not by minute\. Use grain "hour"/,
    ],
    [{ metrics: ['buyers'], filter: { product: 'p' }, range: { kind: 'comparison' } }, /not keep buyers/],
    [{ metrics: [] }, /metrics/],
    [{ grain: 'week' }, /grain/],
    [{ top: 0 }, /top/],
    [{ limit: 5 }, /limit/],
    [{ range: { kind: 'days', from: '2010-12-02', to: '2010-12-01' } }, /range: ends before it starts/],
    [{ range: { kind: 'days', from: '2010-02-30', to: '2010-12-01' } }, /range\.from: is not a date/],
    [{ range: { kind: 'days', from: '1010-12-01', to: '2010-12-01' } }, /is longer than 3660 days/],
  ])('that nothing answers is refused by name: %j', (change, message) => {
    expect(() => planView(plan, { ...base, ...change })).toThrow(message);
  });
});
