import { createEventBatch, type EventBatch, type IdColumn } from '../../events/event-batch.ts';
import type { Schema } from '../../events/order-schema.ts';

/** Memory for the decoded columns of one row group at a time. */
export interface RowGroupColumns {
  /** A batch for `rows` rows of these columns; what the last one held is given up. */
  take(columns: Schema, rows: number): EventBatch;
}

/** Creates an empty store that grows to the largest row group it has seen. */
export function createRowGroupColumns(): RowGroupColumns {
  let batch: EventBatch | null = null;
  let names = '';
  return {
    take(columns, rows) {
      const wanted = columns.map(({ name }) => name).join();
      if (!batch || wanted !== names || batch.capacity < rows) {
        batch = allocate(columns, rows);
        names = wanted;
      }
      batch.length = rows;
      return batch;
    },
  };
}

function allocate(columns: Schema, rows: number): EventBatch {
  const batch = createEventBatch(columns, rows);
  if (columns.some(({ kind }) => kind === 'id128')) return batch;
  const none = new Uint32Array(0);
  return { ...batch, eventId: [none, none, none, none] };
}

/** Rows `start` … `end`−1 as a batch of its own, without copying. */
export function sliceBatch(batch: EventBatch, start: number, end: number): EventBatch {
  const [e0, e1, e2, e3] = batch.eventId;
  const ids = ({ lo, hi }: IdColumn): IdColumn => ({
    lo: lo.subarray(start, end),
    hi: hi.subarray(start, end),
  });
  return {
    length: end - start,
    capacity: end - start,
    numbers: mapColumns(batch.numbers, (column) => column.subarray(start, end)),
    categories: mapColumns(batch.categories, (column) => column.subarray(start, end)),
    ids: mapColumns(batch.ids, ids),
    eventId: [
      e0.subarray(start, end),
      e1.subarray(start, end),
      e2.subarray(start, end),
      e3.subarray(start, end),
    ],
    recordTimeMs: null,
    records: null,
  };
}

function mapColumns<T>(columns: Readonly<Record<string, T>>, map: (column: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, map(column)]));
}
