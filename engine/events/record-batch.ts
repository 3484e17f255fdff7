import { createEventBatch, type EventBatch } from './event-batch.ts';
import type { Schema } from './order-schema.ts';
import { createRecordColumns, type RecordColumns } from './record-columns.ts';

/** A batch whose rows come from records of a stream. */
export type RecordBatch = EventBatch & {
  readonly recordTimeMs: Float64Array;
  readonly records: RecordColumns;
};

/** An empty batch for up to `capacity` records. */
export function createRecordBatch(schema: Schema, capacity: number): RecordBatch {
  return {
    ...createEventBatch(schema, capacity),
    recordTimeMs: new Float64Array(capacity),
    records: createRecordColumns(schema, capacity),
  };
}

/**
 * Turns records into events. Rows [from, to) have their value, offset and time; the decoder fills the columns, the
 * texts of ids and, where a value is none of ours, `failure`. It never throws because of a value.
 */
export interface RecordDecoder {
  decode(batch: RecordBatch, from: number, to: number): void;
}
