import type { ViewSpec } from '../../engine/protocol/view.ts';

/** The views that the board and the wall show; equal ones are one subscription. */

export const totalView: ViewSpec = {
  metrics: ['gmv', 'orders', 'buyers', 'aov', 'refund_rate', 'payment_success_rate'],
  grain: 'range',
  range: { kind: 'today' },
};

/** Parts of every headline figure by minute: their running sums give any elapsed-fair comparison. */
export const minuteMetrics = ['gmv', 'orders', 'buyers', 'created_orders', 'refunds'] as const;

export type MinuteMetric = (typeof minuteMetrics)[number];

export const todayCurveView: ViewSpec = {
  metrics: minuteMetrics,
  grain: 'minute',
  range: { kind: 'today' },
};

/** Of one filter a rollup has distinct counts by hour only; alone they are computed by minute, for today. */
export const distinctCurveView: ViewSpec = {
  metrics: minuteMetrics.filter((metric) => metric !== 'gmv' && metric !== 'refunds'),
  grain: 'minute',
  range: { kind: 'today' },
};

export const comparisonCurveView: ViewSpec = {
  metrics: minuteMetrics,
  grain: 'minute',
  range: { kind: 'comparison' },
};

export const daysView: ViewSpec = {
  metrics: ['gmv'],
  grain: 'day',
  range: { kind: 'last_days', count: 8 },
};

export const countryView: ViewSpec = {
  metrics: ['gmv'],
  dimension: 'country',
  grain: 'range',
  range: { kind: 'today' },
};

export type ShareDimension = 'channel' | 'payment_method';

export function shareView(dimension: ShareDimension): ViewSpec {
  return { metrics: ['gmv'], dimension, grain: 'range', range: { kind: 'today' } };
}

/** Keys to choose from: the highest of today. */
export function keysView(dimension: string): ViewSpec {
  return { metrics: ['gmv'], dimension, grain: 'range', range: { kind: 'today' }, top: 200 };
}

export type RankingDimension = 'category' | 'product';
export type RankingMetric = 'gmv' | 'orders' | 'units';

/** Metrics to rank by; products keep no distinct orders (see the catalogue's rollups). */
export const rankingMetrics: Readonly<Record<RankingDimension, readonly RankingMetric[]>> = {
  category: ['gmv', 'orders', 'units'],
  product: ['gmv', 'units'],
};

export function rankingView(dimension: RankingDimension, metric: RankingMetric): ViewSpec {
  return { metrics: [metric], dimension, grain: 'range', range: { kind: 'today' }, top: 10 };
}

/** Position of a minute metric in the rows of {@link todayCurveView}. */
export function minuteColumn(metric: MinuteMetric): number {
  return minuteMetrics.indexOf(metric);
}
