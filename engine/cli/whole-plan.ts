import { type Catalogue, withIdentityEverywhere } from '../definitions/catalogue.ts';
import { defineRollup } from '../definitions/rollup.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { compilePlan } from '../plan/compile-plan.ts';
import type { Plan } from '../plan/plan.ts';

export interface WholePlanOptions {
  readonly catalogue: Catalogue;
  readonly timeZone: string;
  /** `null`: that of the first row. */
  readonly currency: string | null;
}

/**
 * The plan of a bounded replay: every rollup keeps every metric and identity, and every dimension has a rollup,
 * so that totals, months and lists are exact.
 */
export function wholePlan({ catalogue, timeZone, currency }: WholePlanOptions): Plan {
  const whole = withIdentityEverywhere(withEveryDimension(catalogue));
  return compilePlan({ catalogue: whole, schema: ORDER_SCHEMA, timeZone, currency });
}

function withEveryDimension(catalogue: Catalogue): Catalogue {
  const kept = new Set(catalogue.rollups.map(({ by }) => by));
  const missing = catalogue.dimensions.filter(({ name }) => !kept.has(name));
  const added = missing.map(({ name }) =>
    defineRollup({ name, by: name, slice: 'hour', metrics: [], identity: true }),
  );
  return { ...catalogue, rollups: [...catalogue.rollups, ...added] };
}
