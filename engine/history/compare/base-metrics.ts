import type { MetricDefinition } from '../../definitions/metric.ts';

/** Names of the base metrics that a metric is finished from; a base metric is its own. */
export function baseMetrics(metric: MetricDefinition): readonly string[] {
  return metric.aggregate === 'difference' || metric.aggregate === 'ratio' ? metric.of : [metric.name];
}
