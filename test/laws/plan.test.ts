import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Catalogue, defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import { ORDER_SCHEMA, type Schema } from '../../engine/events/order-schema.ts';
import { compilePlan } from '../../engine/plan/compile-plan.ts';
import { DEFAULT_LIMITS } from '../../engine/plan/default-limits.ts';
import { createRandom } from '../builders.ts';
import { cases } from './law.ts';

interface Input {
  readonly catalogue: Catalogue;
  readonly schema: Schema;
  readonly timeZone: string;
  readonly currency: string | null;
  readonly limits: Record<string, number>;
}

/** A catalogue made of some of the built-in definitions and one of the user's own, and limits of its own. */
const inputs: fc.Arbitrary<Input> = fc
  .record({
    rollups: fc.subarray(
      defaultCatalogue.rollups.map(({ name }) => name),
      { minLength: 1 },
    ),
    timeZone: fc.constantFrom('UTC', 'Asia/Shanghai', 'Europe/Berlin'),
    currency: fc.option(fc.constantFrom('EUR', 'CNY')),
    maxQuantity: fc.integer({ min: 1, max: 1e9 }),
    country: fc.constantFrom('DE', 'FR'),
  })
  .map(({ rollups, timeZone, currency, maxQuantity, country }) => ({
    catalogue: {
      ...defaultCatalogue,
      metrics: [
        ...defaultCatalogue.metrics,
        {
          name: 'own',
          title: { en: 'Own', 'zh-CN': 'Own' },
          aggregate: 'count' as const,
          where: { type: ['paid', 'refunded'], country },
          unit: 'count' as const,
        },
      ],
      rollups: [
        ...defaultCatalogue.rollups.filter(({ name }) => rollups.includes(name)),
        { name: 'own', by: 'country', slice: 'hour' as const, metrics: ['own', 'buyers'], identity: false },
      ],
    },
    schema: ORDER_SCHEMA,
    timeZone,
    currency,
    limits: { ...DEFAULT_LIMITS, maxQuantity },
  }));

/** The same data in other objects, whose keys come in another order. */
function reordered<T>(value: T, random: () => number): T {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => reordered(item, random)) as T;
  const entries = Object.entries(value).map(
    ([key, inner]) => [random(), key, reordered(inner, random)] as const,
  );
  return Object.fromEntries(entries.sort(([a], [b]) => a - b).map(([, key, inner]) => [key, inner])) as T;
}

const fingerprintOf = (input: Input): string => compilePlan(input).fingerprint;

it('a plan compiled twice has one fingerprint, whatever the identity of its definitions and the order of their keys', () => {
  fc.assert(
    fc.property(inputs, fc.nat(), (input, seed) => {
      const again = reordered(input, createRandom(seed));
      expect(again).toEqual(input);
      expect(fingerprintOf(again)).toBe(fingerprintOf(input));
      expect(fingerprintOf(structuredClone(input))).toBe(fingerprintOf(input));
    }),
    cases(150),
  );
});

/** Places of all leaves that a plan is made of. */
function leavesOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (value === null || typeof value !== 'object') return [path];
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return inner.flatMap(([key, item]) => leavesOf(item, [...path, key]));
}

const OTHERS: readonly unknown[] = [
  'Europe/London',
  'USD',
  'gmv',
  'orders',
  'country',
  'region',
  'amount_minor',
  'quantity',
  'buyer_id',
  'order_id',
  'line',
  'sum',
  'count',
  'hour',
  'minute',
  'category',
  'integer',
  'refunded',
  'ratio',
  'money',
  true,
  false,
  7,
  null,
];

/** The input with one leaf changed. */
function changed(input: Input, path: readonly (string | number)[], to: unknown): Input {
  const copy = structuredClone(input) as unknown as Record<string | number, unknown>;
  let at = copy;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  at[path.at(-1) ?? ''] = to;
  return copy as unknown as Input;
}

it('any change of what a plan is made of changes its fingerprint, or is refused', () => {
  let compiled = 0;
  fc.assert(
    fc.property(inputs, fc.nat(), fc.nat(), (input, at, other) => {
      const places = leavesOf(input);
      const path = places[at % places.length] ?? [];
      const value = path.reduce<unknown>(
        (inner, step) => (inner as Record<string | number, unknown>)[step],
        input,
      );
      const to = OTHERS[other % OTHERS.length];
      // `about` is for people; a value of a list that stands in it already is no change.
      if (to === value || path.at(-1) === 'about') return;
      const after = changed(input, path, to);
      const list = path
        .slice(0, -1)
        .reduce<unknown>((inner, step) => (inner as Record<string, unknown>)[step], after);
      if (Array.isArray(list) && new Set(list).size < list.length) return;
      let fingerprint: string;
      try {
        fingerprint = fingerprintOf(after);
      } catch {
        return;
      }
      compiled++;
      expect(fingerprint, `${path.join('.')}: ${String(value)} → ${String(to)}`).not.toBe(
        fingerprintOf(input),
      );
    }),
    cases(600),
  );
  expect(compiled).toBeGreaterThan(30);
});
