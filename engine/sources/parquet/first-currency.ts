import { createDictionary } from '../../events/dictionary.ts';
import { columnOf } from '../../events/event-batch.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { isCurrencyCode } from '../../plan/currency-code.ts';
import { type OpenFileBytes, openFileBytes } from './file-bytes.ts';
import { openParquetFile } from './open-file.ts';
import { readRowGroup } from './read-row-group.ts';

export interface FirstCurrency {
  /** Of the first row whose currency has the form of ISO 4217; null where no row's has. */
  readonly currency: string | null;
  /** Where there is none: the texts that stand there instead. */
  readonly others: readonly string[];
}

/**
 * The first currency in a Parquet file. A broken first row doesn't decide for all others.
 *
 * @throws GmvError from `openParquetFile` and `readRowGroup`.
 */
export async function readFirstCurrency(
  path: string,
  openBytes: OpenFileBytes = openFileBytes,
): Promise<FirstCurrency> {
  const columns = ['currency'];
  const schema = ORDER_SCHEMA;
  const dictionary = createDictionary('currency', 100_000);
  const file = await openParquetFile(path, schema, columns, openBytes);
  try {
    for (const { index: group } of file.rowGroups) {
      const reading = { file, group, schema, columns, dictionaries: { currency: dictionary } };
      for await (const batch of readRowGroup(reading)) {
        const codes = columnOf(batch.categories, 'currency');
        for (let row = 0; row < batch.length; row++) {
          const text = dictionary.valueOf(codes[row]!);
          if (text !== null && isCurrencyCode(text)) return { currency: text, others: [] };
        }
      }
    }
    const others = Array.from({ length: dictionary.size - 1 }, (_, i) => dictionary.valueOf(i + 1) ?? '');
    return { currency: null, others };
  } finally {
    await file.close();
  }
}
