import { expect, it } from 'vitest';
import { defaultCatalogue } from '../../definitions/catalogue.ts';
import { createDictionary } from '../../events/dictionary.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import type { TextIdentities } from '../../events/text-arena.ts';
import { MAX_COLUMN_BYTES, MAX_TEXT_BYTES } from '../../events/text-limit.ts';
import { compilePlan } from '../../plan/compile-plan.ts';
import { refuseFull, refuseFullTogether, textsOf } from './replay-cardinality.ts';

const CAP = 100;
const plan = compilePlan({
  catalogue: defaultCatalogue,
  schema: ORDER_SCHEMA,
  timeZone: 'UTC',
  currency: 'USD',
  limits: { maxCategoryValues: CAP },
});
const files = ['a', 'b', 'c', 'd'].map((path) => ({ path, bytes: 1, modifiedMs: 1, fingerprint: path }));
const options = { plan, files };

/** A unit that met the values from … to−1. */
function unitOf(from: number, to: number) {
  const category = createDictionary('category', CAP);
  for (let i = from; i < to; i++) category.codeOf(`value-${i}`);
  return { category };
}

it('one thread may hold as many values as the cap and not one more', () => {
  expect(() => refuseFull(unitOf(0, CAP), options)).not.toThrow();
  expect(() => refuseFull(unitOf(0, CAP + 1), options)).toThrow(
    'a, b, c and 1 other files hold more than 100 different values (or 256 MiB of them) of "category"',
  );
});

it('several threads together as many as one, however the values are divided', () => {
  const together = (...units: ReturnType<typeof unitOf>[]) => refuseFullTogether(units.map(textsOf), options);
  expect(() => together(unitOf(0, 60), unitOf(40, CAP), unitOf(0, CAP))).not.toThrow();
  expect(() => together(unitOf(0, 60), unitOf(41, CAP + 1))).toThrow(/more than 100 different values/);
  expect(() => together(unitOf(0, 1), unitOf(1, CAP + 1))).toThrow(/of "category"/);
  expect(() => together()).not.toThrow();
});

it('bytes are counted as values are', () => {
  const all = MAX_COLUMN_BYTES / MAX_TEXT_BYTES;
  const wide = { ...options, plan: { ...plan, limits: { ...plan.limits, maxCategoryValues: 2 * all } } };
  const longTexts = (from: number, to: number): { readonly category: TextIdentities } => {
    const lo = Uint32Array.from({ length: to - from }, (_, i) => from + i);
    return { category: { hi: lo, lo, bytes: new Uint32Array(to - from).fill(MAX_TEXT_BYTES) } };
  };
  expect(() => refuseFullTogether([longTexts(0, all), longTexts(5, all)], wide)).not.toThrow();
  expect(() => refuseFullTogether([longTexts(0, all), longTexts(5, all + 1)], wide)).toThrow(/256 MiB/);
});
