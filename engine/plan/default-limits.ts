import type { PlanLimits } from './plan.ts';

const HOUR_MS = 3_600_000;

/**
 * Limits that a plan has unless told otherwise; the meaning of each is in {@link PlanLimits}. In a zone whose offset
 * had seconds after 1970 (Liberia's until 1972) event times begin with its first day of whole minutes.
 */
export const DEFAULT_LIMITS: PlanLimits = {
  maxAmountMinor: 1e13,
  maxQuantity: 1e9,
  maxCategoryValues: 2_000_000,
  minEventTimeMs: Date.UTC(1970, 0, 1),
  maxEventTimeMs: Date.UTC(2100, 0, 1),
  futureBoundMs: HOUR_MS,
  outOfOrdernessMs: 5_000,
  allowedLatenessMs: 2 * HOUR_MS,
};
