import type { Row, RowKey, ViewSpec } from '../../engine/protocol/view.ts';

/** By UTF-16 code unit or number ascending, null last. */
function compareKeys(a: RowKey, b: RowKey): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}

/** First metric descending (unknown last), then key. */
function compareFigures(a: Row, b: Row): number {
  const left = a[1] ?? Number.NEGATIVE_INFINITY;
  const right = b[1] ?? Number.NEGATIVE_INFINITY;
  return left === right ? compareKeys(a[0], b[0]) : right - left;
}

/** The order in which the server sends a view's rows: buckets by time, keys by their first metric. */
export function orderRows(rows: readonly Row[], spec: Pick<ViewSpec, 'dimension'>): Row[] {
  return [...rows].sort(spec.dimension === undefined ? (a, b) => compareKeys(a[0], b[0]) : compareFigures);
}

/** Rows after a patch: changed ones replaced, new ones added, removed ones gone; in the view's order. */
export function patchRows(options: {
  readonly rows: readonly Row[];
  readonly changed: readonly Row[];
  readonly removed: readonly RowKey[];
  readonly spec: Pick<ViewSpec, 'dimension'>;
}): Row[] {
  const byKey = new Map<RowKey, Row>();
  for (const row of options.rows) byKey.set(row[0], row);
  for (const key of options.removed) byKey.delete(key);
  for (const row of options.changed) byKey.set(row[0], row);
  return orderRows([...byKey.values()], options.spec);
}
