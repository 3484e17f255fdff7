import { finishMetric } from '../../definitions/finish.ts';
import type { MetricDefinition } from '../../definitions/metric.ts';
import type { Row, RowKey } from '../../protocol/view.ts';

/** Base figures of a view's rows before they are finished; NaN: not known. */
export interface ViewColumns {
  readonly keys: readonly RowKey[];
  /** Base metric → value per row. */
  readonly base: ReadonlyMap<string, ArrayLike<number>>;
}

/** Rows with what they were made of. */
export interface FinishedRows {
  readonly columns: ViewColumns;
  readonly rows: readonly Row[];
}

/**
 * Finishes every metric of every row. A row whose base figures are those of `previous` at the same place is
 * the same object again: most minutes of a day don't change any more.
 */
export function finishRows(options: {
  columns: ViewColumns;
  metrics: readonly MetricDefinition[];
  previous: FinishedRows | null;
}): FinishedRows {
  const { columns, metrics, previous } = options;
  const { keys, base } = columns;
  const now = [...base.values()];
  const before = [...base.keys()].map((name) => previous?.columns.base.get(name));
  let i = 0;
  const baseValue = (name: string): number | null => {
    const value = base.get(name)?.[i] ?? Number.NaN;
    return Number.isSafeInteger(value) ? value : null;
  };
  const rows: Row[] = new Array(keys.length);
  for (; i < keys.length; i++) {
    const old = previous?.rows[i];
    const unchanged =
      old !== undefined &&
      old[0] === keys[i] &&
      now.every((values, b) => Object.is(values[i], before[b]?.[i]));
    rows[i] = unchanged ? old : [keys[i]!, ...metrics.map((metric) => finishMetric(metric, baseValue))];
  }
  return { columns, rows };
}
