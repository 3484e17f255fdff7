import type { DimensionDefinition } from '../definitions/dimension.ts';
import type { MetricDefinition } from '../definitions/metric.ts';
import type { Schema } from '../events/order-schema.ts';

/**
 * The plan: everything that an engine needs to compute the catalogue, as plain JSON. The runtime and the SQL
 * exporters read it and nothing else; equal fingerprints mean equal figures.
 */
export interface Plan {
  readonly version: 2;
  /** SHA-256 (hex) of the plan's canonical JSON without this field. */
  readonly fingerprint: string;
  readonly timeZone: string;
  /** ISO 4217; `null`: the first row's. Events in another are rejected with the reason `currency`. */
  readonly currency: string | null;
  readonly schema: Schema;
  /** Names of the schema's columns that the plan reads, in schema order. */
  readonly columns: readonly string[];
  readonly limits: PlanLimits;
  /** Rules that reject an event; the first that applies is its reason. */
  readonly rejects: readonly PlanReject[];
  readonly deduplicate: PlanDeduplication;
  /** Distinct `where` clauses, shared by all metrics that have the same one; entry 0 … 31. */
  readonly predicates: readonly PlanPredicate[];
  readonly additive: readonly PlanAdditive[];
  readonly distinct: readonly PlanDistinct[];
  readonly dimensions: readonly DimensionDefinition[];
  readonly rollups: readonly PlanRollup[];
  /** All metrics, base and derived, for `finishMetric`. */
  readonly metrics: readonly MetricDefinition[];
}

export interface PlanLimits {
  /** An event above is rejected (`amount_over_cap`): sums stay below 2^53. */
  readonly maxAmountMinor: number;
  readonly maxQuantity: number;
  /**
   * Most values of one category column. Live rejects further ones (`cardinality:<column>`); a replay, where which
   * ones are further would hang on the order, refuses its files.
   */
  readonly maxCategoryValues: number;
  /** Event times outside are rejected (`time_out_of_range`); epoch ms. */
  readonly minEventTimeMs: number;
  readonly maxEventTimeMs: number;
  /** An event further ahead of its record's timestamp is rejected (`future`); ms. */
  readonly futureBoundMs: number;
  /** The watermark trails the latest event time by this; ms (Flink: bounded out-of-orderness). */
  readonly outOfOrdernessMs: number;
  /** A day is sealed when the watermark passes its end by this; ms. */
  readonly allowedLatenessMs: number;
}

/** One reason to reject an event: what is wrong with which column. Limits are named, their values are the plan's. */
export type PlanReject = { readonly reason: string; readonly column: string } & (
  | { readonly when: 'null' | 'empty' | 'not_utf8' | 'not_integer' | 'negative' }
  /** More UTF-8 bytes. */
  | { readonly when: 'longer'; readonly bytes: number }
  /** A further value, where the column has as many as may be. Which one it is hangs on the order of events. */
  | { readonly when: 'more_values'; readonly limit: keyof PlanLimits }
  | { readonly when: 'outside'; readonly from: keyof PlanLimits; readonly before: keyof PlanLimits }
  | { readonly when: 'none_of'; readonly values: readonly string[] }
  | { readonly when: 'above'; readonly limit: keyof PlanLimits }
  /** An integer beyond ±(2^53 − 1), which a double only comes near to. */
  | { readonly when: 'inexact' }
  /** Another than the plan's currency. */
  | { readonly when: 'other_currency' }
  /** Further ahead of its record's timestamp, where the source has one. */
  | { readonly when: 'ahead_of_record'; readonly limit: keyof PlanLimits }
);

export interface PlanDeduplication {
  readonly by: 'event_id';
  readonly scope: 'business_day';
  /**
   * Columns whose values, nulls included, make two events of one id equal (a duplicate) or not (a conflict);
   * event_time first.
   */
  readonly payload: readonly string[];
  /**
   * Among events of one id with different payloads the one with the lowest event_time is right. Where several have
   * that, a hash of the payload decides, which the engine alone knows: other engines list such ids as undecidable.
   */
  readonly conflict: 'lowest_event_time_then_payload_hash';
}

/** Every named category column holds one of the values. No columns: always true. */
export interface PlanPredicate {
  /** All must hold; null among the values is the column's null. */
  readonly where: readonly { readonly column: string; readonly in: readonly (string | null)[] }[];
}

export interface PlanAdditive {
  readonly metric: string;
  /** The integer column to add up, `null` to count. */
  readonly column: string | null;
  readonly predicate: number;
}

export interface PlanDistinct {
  readonly metric: string;
  readonly column: string;
  readonly predicate: number;
}

export interface PlanRollup {
  readonly name: string;
  /** Name of a dimension; `null`: the total. */
  readonly by: string | null;
  readonly slice: 'minute' | 'hour';
  /** Indexes into `additive` and `distinct`. */
  readonly additive: readonly number[];
  readonly distinct: readonly number[];
  readonly identity: boolean;
  readonly cumulative: boolean;
}
