import { createDictionaries } from '../engine/events/create-dictionaries.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import { DEFAULT_LIMITS } from '../engine/plan/default-limits.ts';
import { createParquetSource } from '../engine/sources/parquet/parquet-source.ts';
import { median } from './median.ts';
import { processorSecondsOf } from './processor-seconds.ts';

export interface CostOptions {
  readonly file: string;
  readonly rounds: number;
}

/** Decoding from the file to a batch, one column at a time, then all: decompression, dictionaries, hashes. */
export async function costOfColumns({ file, rounds }: CostOptions): Promise<void> {
  const names = ORDER_SCHEMA.map(({ name }) => name);
  const table = [];
  for (const columns of [...names.map((name) => [name]), names]) {
    const costs: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      let rows = 0;
      const seconds = await processorSecondsOf(async () => {
        rows = await readAll(file, columns);
      });
      // The first one warms up.
      if (round > 0) costs.push((seconds / rows) * 1e9);
    }
    const [only] = columns;
    const column = ORDER_SCHEMA.find(({ name }) => columns.length === 1 && name === only);
    table.push({
      decode: column?.name ?? 'all columns',
      kind: column?.kind ?? '',
      'ns/row': Number(median(costs).toFixed(1)),
    });
  }
  console.table(table);
}

async function readAll(file: string, columns: readonly string[]): Promise<number> {
  const dictionaries = createDictionaries(ORDER_SCHEMA, DEFAULT_LIMITS.maxCategoryValues);
  const source = createParquetSource({ paths: [file], schema: ORDER_SCHEMA, columns, dictionaries });
  let rows = 0;
  for (;;) {
    const polled = await source.poll();
    if (polled.kind === 'end') break;
    if (polled.kind === 'batch') rows += polled.batch.length;
  }
  await source.close();
  return rows;
}
