import type { Schema } from './order-schema.ts';
import type { RecordColumns } from './record-columns.ts';

/** 64-bit ids as two lanes; a null id is (0, 0) and no hash is; one that is too long has {@link TOO_LONG_LANE}. */
export interface IdColumn {
  readonly lo: Uint32Array;
  readonly hi: Uint32Array;
}

/** 128-bit ids as four 32-bit lanes. */
export type WideIdColumn = readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array];

/**
 * A few thousand events as columns; there are no event objects in the hot path.
 *
 * - `numbers`: `time` (epoch ms), `money` (minor units) and `integer` columns as exact integers; a null is NaN.
 * - `categories`: codes into this thread's dictionaries; 0 is null, a negative one says why there is no code.
 * - `ids`: 64-bit hashes (see `hash.ts` for the collision probability); `eventId`: the 128-bit `event_id`.
 * - `recordTimeMs`: when the transport took the record, where it says so (Kafka does, files don't).
 * - `records`: what the rows were decoded from; null where there are no such records (files, the simulator).
 *
 * Rows 0…length−1 hold data; arrays may be longer. A batch is refilled by its source after it was processed:
 * whoever keeps values copies them.
 */
export interface EventBatch {
  length: number;
  readonly capacity: number;
  readonly numbers: Readonly<Record<string, Float64Array>>;
  readonly categories: Readonly<Record<string, Int32Array>>;
  readonly ids: Readonly<Record<string, IdColumn>>;
  readonly eventId: WideIdColumn;
  readonly recordTimeMs: Float64Array | null;
  readonly records: RecordColumns | null;
}

/** Allocates an empty batch for up to `capacity` events of `schema`. */
export function createEventBatch(schema: Schema, capacity: number, withRecordTime = false): EventBatch {
  const numbers: Record<string, Float64Array> = {};
  const categories: Record<string, Int32Array> = {};
  const ids: Record<string, IdColumn> = {};
  for (const { name, kind } of schema) {
    if (kind === 'category') categories[name] = new Int32Array(capacity);
    else if (kind === 'id64') ids[name] = { lo: new Uint32Array(capacity), hi: new Uint32Array(capacity) };
    else if (kind !== 'id128') numbers[name] = new Float64Array(capacity);
  }
  return {
    length: 0,
    capacity,
    numbers,
    categories,
    ids,
    eventId: [
      new Uint32Array(capacity),
      new Uint32Array(capacity),
      new Uint32Array(capacity),
      new Uint32Array(capacity),
    ],
    recordTimeMs: withRecordTime ? new Float64Array(capacity) : null,
    records: null,
  };
}

/** The column, or an error that names what is missing: a plan asked for a column that the schema lacks. */
export function columnOf<T>(columns: Readonly<Record<string, T>>, name: string): T {
  const found = columns[name];
  if (found === undefined) throw new Error(`the event schema has no column "${name}" of this kind`);
  return found;
}
