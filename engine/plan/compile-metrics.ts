import type {
  BaseMetric,
  DifferenceMetric,
  MetricDefinition,
  RatioMetric,
  Where,
} from '../definitions/metric.ts';
import type { Schema } from '../events/order-schema.ts';
import { requireColumn } from './compile-schema.ts';
import { fingerprint } from './fingerprint.ts';
import type { PlanAdditive, PlanDistinct, PlanPredicate } from './plan.ts';
import { listNames, planError, refuseDuplicates } from './plan-error.ts';

/** Predicates are the bits of one 32-bit mask per row. */
const MOST_PREDICATES = 32;

export interface CompiledMetrics {
  readonly predicates: readonly PlanPredicate[];
  readonly additive: readonly PlanAdditive[];
  readonly distinct: readonly PlanDistinct[];
}

/** Turns metric definitions into aggregates over shared predicates; throws a GmvError that names what is wrong. */
export function compileMetrics(metrics: readonly MetricDefinition[], schema: Schema): CompiledMetrics {
  refuseDuplicates(
    'metric',
    metrics.map((metric) => metric.name),
  );
  const predicates: PlanPredicate[] = [];
  const known = new Map<string, number>();
  const additive: PlanAdditive[] = [];
  const distinct: PlanDistinct[] = [];

  const predicateOf = (metric: BaseMetric): number => {
    const predicate = compileWhere(metric, schema);
    const shape = fingerprint(predicate);
    const shared = known.get(shape);
    if (shared !== undefined) return shared;
    if (predicates.length === MOST_PREDICATES) {
      throw planError(
        `metric "${metric.name}" would be the plan's predicate number ${MOST_PREDICATES + 1}`,
        `Use at most ${MOST_PREDICATES} different where clauses.`,
      );
    }
    known.set(shape, predicates.length);
    return predicates.push(predicate) - 1;
  };

  for (const metric of metrics) {
    const asker = `metric "${metric.name}"`;
    switch (metric.aggregate) {
      case 'sum':
        if (metric.of === undefined) throw planError(`${asker} sums nothing`, 'Give it the column in `of`.');
        requireColumn(schema, metric.of, ['money', 'integer'], asker);
        additive.push({ metric: metric.name, column: metric.of, predicate: predicateOf(metric) });
        break;
      case 'count':
        if (metric.of !== undefined) {
          throw planError(`${asker} counts events, yet has \`of\``, 'Leave `of` out, or use count_distinct.');
        }
        additive.push({ metric: metric.name, column: null, predicate: predicateOf(metric) });
        break;
      case 'count_distinct':
        requireColumn(schema, metric.of, ['id64'], asker);
        distinct.push({ metric: metric.name, column: metric.of, predicate: predicateOf(metric) });
        break;
      default:
        checkDerived(metric, metrics);
    }
  }
  return { predicates, additive, distinct };
}

/** The clause in canonical form (columns and values sorted, values once), so that equal clauses are shared. */
function compileWhere(metric: BaseMetric, schema: Schema): PlanPredicate {
  const where: Where = metric.where ?? {};
  const columns = Object.keys(where).sort();
  return {
    where: columns.map((column) => {
      requireColumn(schema, column, ['category'], `the where clause of metric "${metric.name}"`);
      const values = [...new Set([where[column] ?? []].flat())].sort();
      if (values.length === 0) {
        throw planError(
          `the where clause of metric "${metric.name}" names no value for ${column}`,
          'List at least one value, or leave the column out.',
        );
      }
      return { column, in: values };
    }),
  };
}

function checkDerived(derived: DifferenceMetric | RatioMetric, metrics: readonly MetricDefinition[]): void {
  const additiveOnly = derived.aggregate === 'difference';
  const fits = ({ aggregate }: MetricDefinition): boolean =>
    aggregate === 'sum' || aggregate === 'count' || (!additiveOnly && aggregate === 'count_distinct');
  for (const part of derived.of) {
    const found = metrics.find((metric) => metric.name === part);
    if (found && fits(found)) continue;
    const problem = found ? `a ${found.aggregate} metric` : 'no metric of the catalogue';
    throw planError(
      `metric "${derived.name}" is made of "${part}", which is ${problem}`,
      `Use ${additiveOnly ? 'sums and counts' : 'base metrics'}: ${listNames(metrics.filter(fits).map((m) => m.name))}.`,
    );
  }
}
