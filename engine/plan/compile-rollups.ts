import type { DimensionDefinition } from '../definitions/dimension.ts';
import { isBaseMetric, type MetricDefinition } from '../definitions/metric.ts';
import type { RollupDefinition } from '../definitions/rollup.ts';
import type { Schema } from '../events/order-schema.ts';
import type { CompiledMetrics } from './compile-metrics.ts';
import { requireColumn } from './compile-schema.ts';
import type { PlanRollup } from './plan.ts';
import { listNames, planError, refuseDuplicates } from './plan-error.ts';

/** Checks that dimensions stand on category columns of the schema; throws a GmvError that names the one that doesn't. */
export function checkDimensions(dimensions: readonly DimensionDefinition[], schema: Schema): void {
  refuseDuplicates(
    'dimension',
    dimensions.map((dimension) => dimension.name),
  );
  for (const dimension of dimensions) {
    if ('column' in dimension) {
      requireColumn(schema, dimension.column, ['category'], `dimension "${dimension.name}"`);
    } else if (dimension.derived !== 'hour_of_day') {
      throw planError(
        `dimension "${dimension.name}" is derived as "${String(dimension.derived)}"`,
        'Derive it as hour_of_day, or give it a column.',
      );
    }
  }
}

/** Resolves the names in rollup definitions; throws a GmvError that names what can't be resolved. */
export function compileRollups(
  rollups: readonly RollupDefinition[],
  dimensions: readonly DimensionDefinition[],
  metrics: readonly MetricDefinition[],
  compiled: CompiledMetrics,
): PlanRollup[] {
  refuseDuplicates(
    'rollup',
    rollups.map((rollup) => rollup.name),
  );
  const additiveNames = compiled.additive.map((entry) => entry.metric);
  const distinctNames = compiled.distinct.map((entry) => entry.metric);
  return rollups.map((rollup) => {
    const { name, by, slice, identity } = rollup;
    const asker = `rollup "${name}"`;
    if (by !== null && !dimensions.some((dimension) => dimension.name === by)) {
      throw planError(
        `${asker} is by "${by}", which is no dimension`,
        `Use null for the total, or one of ${listNames(dimensions.map((dimension) => dimension.name))}.`,
      );
    }
    if (slice !== 'minute' && slice !== 'hour') {
      throw planError(`${asker} has the slice "${String(slice)}"`, 'Use minute or hour.');
    }
    const cumulative = rollup.cumulative ?? false;
    if (cumulative && by !== null) {
      throw planError(
        `${asker} is cumulative by "${by}"`,
        'Only a total (by: null) keeps the cumulative curve.',
      );
    }
    for (const metric of rollup.metrics) checkKept(metric, asker, metrics);
    return {
      name,
      by,
      slice,
      additive: indexesOf(rollup.metrics, additiveNames),
      distinct: indexesOf(rollup.metrics, distinctNames),
      identity,
      cumulative,
    };
  });
}

function checkKept(name: string, asker: string, metrics: readonly MetricDefinition[]): void {
  const found = metrics.find((metric) => metric.name === name);
  if (!found) {
    throw planError(
      `${asker} keeps "${name}", which is no metric`,
      `Use base metrics of the catalogue: ${listNames(metrics.filter(isBaseMetric).map((metric) => metric.name))}.`,
    );
  }
  if (!isBaseMetric(found)) {
    throw planError(
      `${asker} keeps "${name}", which is a ${found.aggregate} of other metrics`,
      `Keep ${found.of.join(' and ')} instead: ${name} follows from them.`,
    );
  }
}

/** Positions in `all` of the names that are wanted, ascending and each once. */
function indexesOf(wanted: readonly string[], all: readonly string[]): number[] {
  return all.flatMap((name, index) => (wanted.includes(name) ? [index] : []));
}
