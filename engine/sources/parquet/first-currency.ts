import { createDictionary } from '../../events/dictionary.ts';
import { columnOf } from '../../events/event-batch.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { openParquetFile } from './open-file.ts';
import { readRowGroup } from './read-row-group.ts';

/**
 * The currency of a Parquet file's first row; null where the file has no rows or that row has no currency.
 *
 * @throws GmvError from `openParquetFile` and `readRowGroup`.
 */
export async function readFirstCurrency(path: string): Promise<string | null> {
  const columns = ['currency'];
  const file = await openParquetFile(path, ORDER_SCHEMA, columns);
  try {
    const group = file.rowGroups.find(({ rows }) => rows > 0);
    if (!group) return null;
    const currency = createDictionary('currency', 100_000);
    const dictionaries = { currency };
    const reading = {
      file,
      group: group.index,
      schema: ORDER_SCHEMA,
      columns,
      dictionaries,
      batchCapacity: 1,
    };
    for await (const batch of readRowGroup(reading)) {
      return currency.valueOf(columnOf(batch.categories, 'currency')[0] ?? 0);
    }
    return null;
  } finally {
    await file.close();
  }
}
