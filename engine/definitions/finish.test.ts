import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultCatalogue, withIdentityEverywhere } from './catalogue.ts';
import { finishMetric } from './finish.ts';
import { defineMetric } from './metric.ts';

const title = { en: '', 'zh-CN': '' };
const aov = defineMetric({ name: 'aov', title, aggregate: 'ratio', of: ['gmv', 'orders'], unit: 'money' });
const rate = defineMetric({ name: 'rate', title, aggregate: 'ratio', of: ['refunds', 'gmv'], unit: 'ratio' });
const net = defineMetric({
  name: 'net',
  title,
  aggregate: 'difference',
  of: ['gmv', 'refunds'],
  unit: 'money',
});
const values = (figures: Record<string, number | null>) => (name: string) => figures[name] ?? null;

test('money per order rounds half up, to the minor unit', () => {
  expect(finishMetric(aov, values({ gmv: 5, orders: 2 }))).toBe(3);
  expect(finishMetric(aov, values({ gmv: 1066668454, orders: 20726 }))).toBe(51465);
});

test('a rate has six decimals', () => {
  expect(finishMetric(rate, values({ refunds: 1, gmv: 3 }))).toBe(0.333333);
});

test('a division by zero and an unknown part give null, never zero', () => {
  expect(finishMetric(aov, values({ gmv: 5, orders: 0 }))).toBeNull();
  expect(finishMetric(aov, values({ gmv: 5, orders: null }))).toBeNull();
  expect(finishMetric(net, values({ gmv: null, refunds: 1 }))).toBeNull();
});

test('rounding is exact up to the largest sums', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 2 ** 31 }), (gmv, orders) => {
      const got = BigInt(finishMetric(aov, values({ gmv, orders })) ?? -1);
      const error = 2n * (got * BigInt(orders) - BigInt(gmv));
      expect(error <= BigInt(orders) && error > -BigInt(orders)).toBe(true);
    }),
  );
});

test('identity everywhere keeps every base metric in every rollup', () => {
  for (const rollup of withIdentityEverywhere(defaultCatalogue).rollups) {
    expect(rollup.identity).toBe(true);
    expect(rollup.metrics).toContain('buyers');
    expect(rollup.metrics).not.toContain('aov');
  }
});
