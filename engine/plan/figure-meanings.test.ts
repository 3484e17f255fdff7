import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Catalogue, defaultCatalogue } from '../definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { type CompilePlanOptions, compilePlan } from './compile-plan.ts';
import { figureKey, figureMeanings } from './figure-meanings.ts';

const compile = (options: Partial<CompilePlanOptions> = {}) =>
  compilePlan({
    catalogue: defaultCatalogue,
    schema: ORDER_SCHEMA,
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    ...options,
  });
const sorted = (meanings: ReadonlyMap<string, string>) => [...meanings].sort();
const whole = figureMeanings(compile());

/** Keys whose meaning is not what it is by default. */
function changed(options: Partial<CompilePlanOptions>): string[] {
  const now = figureMeanings(compile(options));
  return [...now].flatMap(([key, meaning]) => (whole.get(key) === meaning ? [] : [key])).sort();
}

const edit = (part: Partial<Catalogue>): Partial<CompilePlanOptions> => ({
  catalogue: { ...defaultCatalogue, ...part },
});
const withMetric = (name: string, change: object): Partial<CompilePlanOptions> =>
  edit({ metrics: defaultCatalogue.metrics.map((m) => (m.name === name ? { ...m, ...change } : m)) });
const withRollup = (name: string, change: object): Partial<CompilePlanOptions> =>
  edit({ rollups: defaultCatalogue.rollups.map((r) => (r.name === name ? { ...r, ...change } : r)) });
const keysOf = (has: (rollup: string, metric: string) => boolean): string[] =>
  [...whole.keys()].filter((key) => has(...(key.split('/') as [string, string]))).sort();

it('names every figure of the plan once', () => {
  const { rollups, additive, distinct } = compile();
  const named = rollups.flatMap((rollup) => [
    ...rollup.additive.map((i) => figureKey(rollup.name, additive[i]?.metric ?? '')),
    ...rollup.distinct.map((i) => figureKey(rollup.name, distinct[i]?.metric ?? '')),
  ]);
  expect([...whole.keys()].sort()).toEqual(named.sort());
});

it('titles, order of definitions and other metrics change no meaning', () => {
  const title = { en: 'Another', 'zh-CN': '另一个' };
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...defaultCatalogue.metrics], { minLength: defaultCatalogue.metrics.length }),
      fc.shuffledSubarray([...defaultCatalogue.dimensions], {
        minLength: defaultCatalogue.dimensions.length,
      }),
      fc.shuffledSubarray([...defaultCatalogue.rollups], { minLength: 1 }),
      fc.boolean(),
      (metrics, dimensions, rollups, more) => {
        const extra = {
          name: 'more',
          title,
          unit: 'count',
          aggregate: 'count',
          where: { country: 'DE' },
        } as const;
        const plan = compile({
          catalogue: {
            metrics: [...(more ? [extra] : []), ...metrics.map((metric) => ({ ...metric, title }))],
            dimensions: dimensions.map((dimension) => ({ ...dimension, title })),
            rollups: rollups.map((rollup) => ({ ...rollup, metrics: [...rollup.metrics].reverse() })),
          },
        });
        const kept = new Set(rollups.map(({ name }) => name));
        expect(sorted(figureMeanings(plan))).toEqual(
          sorted(whole).filter(([key]) => kept.has(key.split('/')[0] ?? '')),
        );
      },
    ),
  );
});

describe('a change reaches exactly the figures that it is about', () => {
  it.each([
    ['time zone', { timeZone: 'UTC' }],
    ['currency', { currency: 'EUR' }],
    ['a limit that a rule names', { limits: { maxQuantity: 5 } }],
    ['a further column', { schema: [...ORDER_SCHEMA, { ...ORDER_SCHEMA[15]!, name: 'shop' }] }],
  ] satisfies [string, Partial<CompilePlanOptions>][])('%s: all', (_what, options) => {
    expect(changed(options)).toEqual([...whole.keys()].sort());
  });

  it('how long live waits: none', () => {
    expect(changed({ limits: { allowedLatenessMs: 1, outOfOrdernessMs: 2 } })).toEqual([]);
  });

  it('texts for the docs: none', () => {
    expect(changed({ schema: ORDER_SCHEMA.map((column) => ({ ...column, about: 'something' })) })).toEqual(
      [],
    );
  });

  it("a metric's where or column: that metric in every rollup", () => {
    const gmv = keysOf((_rollup, metric) => metric === 'gmv');
    expect(gmv.length).toBeGreaterThan(1);
    expect(changed(withMetric('gmv', { where: { type: 'shipped' } }))).toEqual(gmv);
    expect(changed(withMetric('gmv', { of: 'quantity' }))).toEqual(gmv);
    expect(changed(withMetric('orders', { of: 'buyer_id' }))).toEqual(
      keysOf((_r, metric) => metric === 'orders'),
    );
  });

  it("a rollup's slice or dimension: that rollup", () => {
    const country = keysOf((rollup) => rollup === 'country');
    expect(changed(withRollup('country', { slice: slice('country') }))).toEqual(country);
    expect(changed(withRollup('country', { by: 'region' }))).toEqual(country);
  });

  it("a rollup's identity: its distinct counts", () => {
    const distinct = new Set(compile().distinct.map(({ metric }) => metric));
    const counts = keysOf((rollup, metric) => rollup === 'country' && distinct.has(metric));
    expect(counts.length).toBeGreaterThan(0);
    const { identity } = defaultCatalogue.rollups.find(({ name }) => name === 'country') ?? {};
    expect(changed(withRollup('country', { identity: !identity }))).toEqual(counts);
  });
});

/** Another slice than the rollup's own. */
function slice(name: string): 'minute' | 'hour' {
  return defaultCatalogue.rollups.find((rollup) => rollup.name === name)?.slice === 'hour'
    ? 'minute'
    : 'hour';
}
