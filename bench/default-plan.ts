import { type Catalogue, defaultCatalogue } from '../engine/definitions/catalogue.ts';
import type { RollupDefinition } from '../engine/definitions/rollup.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import { compilePlan } from '../engine/plan/compile-plan.ts';
import type { Plan } from '../engine/plan/plan.ts';

export interface DefaultPlanOptions {
  /** Default: that of the file's first row. */
  readonly currency?: string;
  /** Default: the built-in one. */
  readonly catalogue?: Catalogue;
  /** Default: all of the catalogue. */
  readonly rollups?: readonly RollupDefinition[];
}

/** The default catalogue as benchmarks run it: in UTC, so that a peer takes days and hours straight from the times. */
export function defaultPlan({
  currency,
  catalogue = defaultCatalogue,
  rollups,
}: DefaultPlanOptions = {}): Plan {
  return compilePlan({
    catalogue: rollups ? { ...catalogue, rollups } : catalogue,
    schema: ORDER_SCHEMA,
    timeZone: 'UTC',
    currency: currency ?? null,
  });
}
