import { wholeMinutesFrom } from '../calendar/clock-changes.ts';
import type { Catalogue } from '../definitions/catalogue.ts';
import type { Schema } from '../events/order-schema.ts';
import { compileMetrics } from './compile-metrics.ts';
import { compileRejects } from './compile-rejects.ts';
import { checkDimensions, compileRollups } from './compile-rollups.ts';
import { checkSchema, columnsRead, payloadOf } from './compile-schema.ts';
import { isCurrencyCode } from './currency-code.ts';
import { DEFAULT_LIMITS } from './default-limits.ts';
import { fingerprint } from './fingerprint.ts';
import type { Plan, PlanLimits } from './plan.ts';
import { planError } from './plan-error.ts';

export interface CompilePlanOptions {
  readonly catalogue: Catalogue;
  readonly schema: Schema;
  /** IANA name; business days are its days. */
  readonly timeZone: string;
  /** ISO 4217; `null`: whoever runs the plan resolves it from the first row before. */
  readonly currency: string | null;
  readonly limits?: Partial<PlanLimits>;
}

/**
 * Compiles definitions into the plan that every engine reads. Equal where clauses become one predicate; the plan
 * is plain JSON, and equal input gives an equal fingerprint.
 *
 * @throws GmvError `plan` that names the unknown or unfitting column, dimension, metric, zone or limit.
 */
export function compilePlan(options: CompilePlanOptions): Plan {
  const { catalogue, schema, timeZone, currency } = options;
  checkSchema(schema);
  checkTimeZone(timeZone);
  if (currency !== null && !isCurrencyCode(currency)) {
    throw planError(`"${currency}" is no currency`, 'Use an ISO 4217 code such as CNY.');
  }
  const earliest = wholeMinutesFrom(DEFAULT_LIMITS.minEventTimeMs, timeZone);
  const limits = { ...DEFAULT_LIMITS, minEventTimeMs: earliest, ...options.limits };
  checkLimits(limits, timeZone);
  const compiled = compileMetrics(catalogue.metrics, schema);
  checkDimensions(catalogue.dimensions, schema);
  const plan: Omit<Plan, 'fingerprint'> = {
    version: 2,
    timeZone,
    currency,
    schema,
    columns: columnsRead(schema),
    limits,
    rejects: compileRejects(schema),
    deduplicate: {
      by: 'event_id',
      scope: 'business_day',
      payload: payloadOf(schema),
      conflict: 'lowest_event_time_then_payload_hash',
    },
    ...compiled,
    dimensions: catalogue.dimensions,
    rollups: compileRollups(catalogue.rollups, catalogue.dimensions, catalogue.metrics, compiled),
    metrics: catalogue.metrics,
  };
  return { ...plan, fingerprint: fingerprint(plan) };
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw planError(`"${timeZone}" is no time zone`, 'Use an IANA name such as Asia/Shanghai or UTC.');
  }
}

/** Sums of a day stay exact only while one event is far below 2^53, and day indexes only within JavaScript's dates. */
function checkLimits(limits: PlanLimits, timeZone: string): void {
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value)) {
      throw planError(`limits.${name} is ${String(value)}`, 'Give it an integer.');
    }
  }
  if (limits.minEventTimeMs >= limits.maxEventTimeMs || Math.abs(limits.maxEventTimeMs) > 8.64e15) {
    throw planError('limits.minEventTimeMs … maxEventTimeMs is no span of time', 'Give epoch milliseconds.');
  }
  const earliest = wholeMinutesFrom(limits.minEventTimeMs, timeZone);
  if (limits.minEventTimeMs < earliest) {
    throw planError(
      `limits.minEventTimeMs is of a time when ${timeZone} was seconds off, so that minutes don't fit into its hours`,
      `Give ${earliest} (${new Date(earliest).toISOString()}) or later.`,
    );
  }
}
