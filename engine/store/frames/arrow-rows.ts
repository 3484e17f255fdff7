import {
  type Data,
  Field,
  Float64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Utf8,
} from 'apache-arrow';
import type { Row } from '../../protocol/view.ts';

/**
 * Rows as an Arrow IPC stream: `key` (Utf8 for a dimension's keys, Float64 epoch ms for buckets of time), then a
 * nullable Float64 per metric.
 */
export function arrowRows(rows: readonly Row[], metrics: readonly string[]): ArrayBuffer {
  const byTime = rows.some(([key]) => typeof key === 'number');
  const key = byTime
    ? numbers(rows.map((row) => row[0] as number | null))
    : texts(rows.map((row) => row[0] as string | null));
  const columns = metrics.map((_, m) => numbers(rows.map((row) => (row[m + 1] ?? null) as number | null)));
  const children = [key, ...columns];
  const fields = ['key', ...metrics].map((name, i) => new Field(name, children[i]!.type, true));
  const schema = new Schema(fields);
  const data = makeData({ type: new Struct(fields), length: rows.length, nullCount: 0, children });
  const writer = new RecordBatchStreamWriter();
  writer.write(new RecordBatch(schema, data));
  writer.finish();
  const bytes = writer.toUint8Array(true);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

/** Bitmap of the values that are there, least significant bit first, as Arrow has it. */
function validity(values: readonly unknown[]): { nullBitmap: Uint8Array; nullCount: number } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  let nullCount = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === null) nullCount++;
    else nullBitmap[i >> 3]! |= 1 << (i & 7);
  }
  return { nullBitmap, nullCount };
}

function numbers(values: readonly (number | null)[]): Data {
  const data = Float64Array.from(values, (value) => value ?? 0);
  return makeData({ type: new Float64(), length: values.length, data, ...validity(values) });
}

const encoder = new TextEncoder();

function texts(values: readonly (string | null)[]): Data {
  const parts = values.map((value) => encoder.encode(value ?? ''));
  const valueOffsets = new Int32Array(values.length + 1);
  for (let i = 0; i < parts.length; i++) valueOffsets[i + 1] = valueOffsets[i]! + parts[i]!.length;
  const data = new Uint8Array(valueOffsets[parts.length]!);
  for (let i = 0; i < parts.length; i++) data.set(parts[i]!, valueOffsets[i]!);
  return makeData({ type: new Utf8(), length: values.length, valueOffsets, data, ...validity(values) });
}
