/** A title in every language the board speaks. */
export interface Title {
  readonly en: string;
  readonly 'zh-CN': string;
}

/** How a figure is written: `money` in integer minor units, `count` as an integer, `ratio` as a fraction of 1. */
export type Unit = 'money' | 'count' | 'ratio';

/** Which events a metric counts: every named column must hold one of the given values. */
export type Where = Readonly<Record<string, string | readonly string[]>>;

interface Named {
  readonly name: string;
  readonly title: Title;
  readonly unit: Unit;
}

/** Adds up the integer column `of` (a `count` adds up ones); merges by addition. */
export interface AdditiveMetric extends Named {
  readonly aggregate: 'sum' | 'count';
  readonly of?: string;
  readonly where?: Where;
}

/** Counts the distinct non-null values of the id column `of`; merges by set union, never by addition. */
export interface DistinctMetric extends Named {
  readonly aggregate: 'count_distinct';
  readonly of: string;
  readonly where?: Where;
}

/** `of[0] − of[1]`, both additive metrics. */
export interface DifferenceMetric extends Named {
  readonly aggregate: 'difference';
  readonly of: readonly [string, string];
}

/** `of[0] ÷ of[1]`; both are published beside it and `finishMetric` alone divides. */
export interface RatioMetric extends Named {
  readonly aggregate: 'ratio';
  readonly of: readonly [string, string];
}

export type BaseMetric = AdditiveMetric | DistinctMetric;
export type MetricDefinition = BaseMetric | DifferenceMetric | RatioMetric;

/** Whether a metric is counted from events; the others are made of such ones. */
export function isBaseMetric(metric: MetricDefinition): metric is BaseMetric {
  return metric.aggregate !== 'difference' && metric.aggregate !== 'ratio';
}

/** Declares a metric. It only gives the literal its type: a definition is data that every engine reads. */
export function defineMetric<const M extends MetricDefinition>(metric: M): M {
  return metric;
}
