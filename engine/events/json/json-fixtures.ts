import { createDictionaries } from '../create-dictionaries.ts';
import { ORDER_SCHEMA, type Schema } from '../order-schema.ts';
import { createRecordBatch, type RecordBatch } from '../record-batch.ts';
import { NO_TEXT, reserveTexts } from '../record-columns.ts';
import { createJsonDecoder, type JsonDecoderOptions } from './json-decoder.ts';

/** Replaces a batch's rows by records of these values, as a source does; null is a tombstone. */
export function putRecords(batch: RecordBatch, values: readonly (Uint8Array | null)[]): void {
  const { texts, value, offset } = batch.records;
  texts.length = 0;
  for (const [row, bytes] of values.entries()) {
    offset[row] = row;
    value.start[row] = bytes ? texts.length : NO_TEXT;
    value.end[row] = bytes ? texts.length + bytes.length : NO_TEXT;
    if (!bytes) continue;
    reserveTexts(texts, bytes.length);
    texts.bytes.set(bytes, texts.length);
    texts.length += bytes.length;
  }
  batch.length = values.length;
}

/** A decoder with dictionaries and a batch of its own. */
export function createDecoding(options: Partial<JsonDecoderOptions> & { readonly capacity?: number } = {}) {
  const schema: Schema = options.schema ?? ORDER_SCHEMA;
  const dictionaries = options.dictionaries ?? createDictionaries(schema, 100_000);
  const decoder = createJsonDecoder({ mapping: {}, currencyDigits: 2, ...options, schema, dictionaries });
  const batch = createRecordBatch(schema, options.capacity ?? 1_024);
  return {
    batch,
    dictionaries,
    decode(values: readonly (Uint8Array | string | null)[]): RecordBatch {
      putRecords(
        batch,
        values.map((value) => (typeof value === 'string' ? Buffer.from(value) : value)),
      );
      decoder.decode(batch, 0, values.length);
      return batch;
    },
  };
}

export type Decoding = ReturnType<typeof createDecoding>;

/** What a row holds: numbers, texts of ids and values of categories; a negative code stays a number, a null is null. */
export function rowOf(
  { batch, dictionaries }: Decoding,
  row: number,
  schema = ORDER_SCHEMA,
): Record<string, string | number | null> {
  const { records } = batch;
  return Object.fromEntries(
    schema.map(({ name, kind }) => {
      if (kind === 'category') {
        const code = batch.categories[name]?.[row] ?? Number.NaN;
        return [name, code < 0 ? code : (dictionaries[name]?.valueOf(code) ?? null)];
      }
      if (kind === 'id64' || kind === 'id128') {
        const { start, end } = records.ids[name] ?? { start: [], end: [] };
        const from = start[row] ?? Number.NaN;
        return [
          name,
          from === NO_TEXT ? null : Buffer.from(records.texts.bytes.subarray(from, end[row])).toString(),
        ];
      }
      const number = batch.numbers[name]?.[row] ?? Number.NaN;
      return [name, Number.isNaN(number) ? null : number];
    }),
  );
}
