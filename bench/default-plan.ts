import { defaultCatalogue } from '../engine/definitions/catalogue.ts';
import type { RollupDefinition } from '../engine/definitions/rollup.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import { compilePlan } from '../engine/plan/compile-plan.ts';
import type { Plan } from '../engine/plan/plan.ts';

export interface DefaultPlanOptions {
  /** Default: that of the file's first row. */
  readonly currency?: string;
  /** Default: all of the catalogue. */
  readonly rollups?: readonly RollupDefinition[];
}

/** The default catalogue as benchmarks run it: in UTC, so that a peer takes days and hours straight from the times. */
export function defaultPlan({ currency, rollups }: DefaultPlanOptions = {}): Plan {
  return compilePlan({
    catalogue: rollups ? { ...defaultCatalogue, rollups } : defaultCatalogue,
    schema: ORDER_SCHEMA,
    timeZone: 'UTC',
    currency: currency ?? null,
  });
}
