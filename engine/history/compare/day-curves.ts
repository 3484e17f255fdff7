import type { DuckDBConnection } from '@duckdb/node-api';
import { type BusinessDay, hourSlot } from '../../calendar/business-calendar.ts';
import { finishMetric } from '../../definitions/finish.ts';
import type { MetricDefinition } from '../../definitions/metric.ts';
import type { Plan } from '../../plan/plan.ts';
import type { DayComparison } from '../../protocol/comparison.ts';
import type { Generation } from '../generations.ts';
import { baseMetrics } from './base-metrics.ts';
import type { ComparedPair } from './compared-pair.ts';
import { type BasePlace, type BaseSlots, placeOfBase, readBase } from './read-base.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Some 150 points a day. */
const BUCKET_MINUTES = 10;

type Curves = Pick<DayComparison, 'bucketMs' | 'cumulative' | 'published' | 'computed'>;

/**
 * A metric's day in both generations, in the finest buckets that both can be drawn in. Sums are of the bucket, ten
 * minutes where they are kept by minute, else an hour. Distinct counts don't add up: they are cumulative where both
 * keep the day's curve, and so is all that a figure is made of besides; else they are each hour's own. Ratios and
 * differences are finished per bucket.
 *
 * An hour's value stands in the bucket in which the hour begins; buckets are shorter than an hour on days whose hours
 * don't begin at whole hours of the day.
 */
export async function dayCurves(options: {
  connection: DuckDBConnection;
  plan: Plan;
  day: BusinessDay;
  pair: ComparedPair;
  metric: MetricDefinition;
}): Promise<Curves> {
  const { connection, plan, day, pair, metric } = options;
  const bases = baseMetrics(metric);
  /** Null where the generation lacks what the metric is made of. */
  const sideOf = (generation: Generation | null): Side | null => {
    if (!generation) return null;
    const places = bases.flatMap((base) => placeOfBase(plan, generation, base) ?? []);
    return places.length === bases.length ? { generation, places } : null;
  };
  const published = sideOf(pair.published);
  const computed = sideOf(pair.computed);
  const places = [published, computed].flatMap((side) => side?.places ?? []);
  const cumulative =
    places.some(({ kind }) => kind === 'distinct') && places.every(({ byMinute }) => byMinute);
  const minutes = cumulative || places.every(({ kind, byMinute }) => kind === 'additive' && byMinute);
  const buckets = minutes ? minuteBuckets(day) : hourBuckets(day);

  const curveOf = async (side: Side | null): Promise<(number | null)[]> => {
    const curves = new Map<string, (number | null)[]>();
    for (const place of side?.places ?? []) {
      const wanted = minutes ? 'minute' : 'hour';
      const slots = await readBase({ connection, generation: side?.generation.id ?? -1, place, wanted });
      curves.set(place.metric, fill(buckets, slots, cumulative));
    }
    return Array.from({ length: buckets.count }, (_, bucket) =>
      finishMetric(metric, (name) => curves.get(name)?.[bucket] ?? null),
    );
  };
  return {
    bucketMs: buckets.bucketMs,
    cumulative,
    published: published && (await curveOf(published)),
    computed: await curveOf(computed),
  };
}

interface Side {
  readonly generation: Generation;
  readonly places: readonly BasePlace[];
}

interface Buckets {
  readonly bucketMs: number;
  readonly count: number;
  ofMinute(slot: number): number;
  ofHour(slot: number): number;
  /** Buckets that have a value. */
  readonly used: readonly number[];
}

function minuteBuckets({ startMs, endMs }: BusinessDay): Buckets {
  const bucketMs = BUCKET_MINUTES * MINUTE_MS;
  const count = Math.ceil((endMs - startMs) / bucketMs);
  return {
    bucketMs,
    count,
    ofMinute: (slot) => Math.floor(slot / BUCKET_MINUTES),
    ofHour: () => {
      throw new Error('hours have no place among minutes');
    },
    used: Array.from({ length: count }, (_, bucket) => bucket),
  };
}

function hourBuckets(day: BusinessDay): Buckets {
  const { startMs, endMs, hourStartsMs } = day;
  const bucketMs = hourStartsMs.reduce((step, ms) => divisor(step, ms - startMs), HOUR_MS);
  const used = hourStartsMs.map((ms) => (ms - startMs) / bucketMs);
  const ofHour = (slot: number): number => used[slot] ?? 0;
  return {
    bucketMs,
    count: Math.ceil((endMs - startMs) / bucketMs),
    ofMinute: (slot) => ofHour(hourSlot(day, startMs + slot * MINUTE_MS)),
    ofHour,
    used,
  };
}

/** The greatest common one. */
const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

function fill(buckets: Buckets, slots: BaseSlots, cumulative: boolean): (number | null)[] {
  const values = new Array<number | null>(buckets.count).fill(null);
  for (const bucket of buckets.used) values[bucket] = 0;
  for (const [slot, value] of slots.values) {
    const bucket = slots.by === 'minute' ? buckets.ofMinute(slot) : buckets.ofHour(slot);
    values[bucket] = (values[bucket] ?? 0) + value;
  }
  if (!cumulative) return values;
  let sum = 0;
  return values.map((value) => {
    sum += value ?? 0;
    return sum;
  });
}
