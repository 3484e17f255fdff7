import { tableFromIPC } from 'apache-arrow';
import type { Row, RowKey } from '../../engine/protocol/view.ts';

function asKey(value: unknown): RowKey {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return String(value);
}

function asFigure(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  return Number(value);
}

/** The rows of a snapshot that came as an Arrow IPC stream: `key`, then one column per metric. */
export function arrowRows(bytes: Uint8Array): Row[] {
  const table = tableFromIPC(bytes);
  const [key, ...metrics] = Array.from({ length: table.numCols }, (_, i) => table.getChildAt(i));
  return Array.from(
    { length: table.numRows },
    (_, i): Row => [asKey(key?.get(i)), ...metrics.map((column) => asFigure(column?.get(i)))],
  );
}
