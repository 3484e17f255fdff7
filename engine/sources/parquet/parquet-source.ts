import type { Dictionaries } from '../../events/dictionary.ts';
import type { EventBatch } from '../../events/event-batch.ts';
import type { Schema } from '../../events/order-schema.ts';
import type { Source } from '../source.ts';
import { openParquetFile, type ParquetFile } from './open-file.ts';
import { readRowGroup } from './read-row-group.ts';
import { createRowGroupColumns } from './row-group-columns.ts';
import type { ParquetRowGroup } from './row-groups.ts';

export interface ParquetSourceOptions {
  /** Files in the order in which they are read; see `expandPaths`. */
  readonly paths: readonly string[];
  readonly schema: Schema;
  /** Names of the columns to read. */
  readonly columns: readonly string[];
  readonly dictionaries: Dictionaries;
  /**
   * Epoch ms, both inclusive: row groups whose statistics prove that they lie outside are passed over. Rows
   * outside that share a row group with others still come.
   */
  readonly range?: { readonly fromMs: number; readonly toMs: number };
  /** Default 8192. */
  readonly batchCapacity?: number;
}

interface Position {
  readonly batch: EventBatch;
  /** Rows of all files up to and with this batch, those of row groups passed over among them. */
  readonly nextRow: number;
}

/**
 * The rows of Parquet files as a bounded source of one partition, `parquet`. Offsets are row numbers counted
 * over all files in order. Files are opened one after the other; a batch is valid until the next `poll`.
 *
 * @throws GmvError from `openParquetFile` and `readRowGroup`.
 */
export function createParquetSource(options: ParquetSourceOptions): Source {
  const positions = readAll(options);
  return {
    name: 'parquet',
    bounded: true,
    async poll() {
      const next = await positions.next();
      if (next.done) return { kind: 'end' };
      const { batch, nextRow } = next.value;
      return { kind: 'batch', batch, partition: 'parquet', nextOffset: String(nextRow), replaying: true };
    },
    async close() {
      await positions.return(undefined);
    },
  };
}

async function* readAll(options: ParquetSourceOptions): AsyncGenerator<Position, void> {
  let row = 0;
  for (const path of options.paths) {
    const file = await openParquetFile(path, options.schema, options.columns);
    try {
      yield* readFile(options, file, row);
    } finally {
      await file.close();
    }
    row += file.rows;
  }
}

async function* readFile(
  options: ParquetSourceOptions,
  file: ParquetFile,
  firstRow: number,
): AsyncGenerator<Position, void> {
  const { schema, columns, dictionaries, range, batchCapacity } = options;
  const reuse = createRowGroupColumns();
  let row = firstRow;
  for (const group of file.rowGroups) {
    let nextRow = row;
    row += group.rows;
    if (range && !mayHold(group, range)) continue;
    const reading = { file, group: group.index, schema, columns, dictionaries, batchCapacity, reuse };
    for await (const batch of readRowGroup(reading)) {
      nextRow += batch.length;
      yield { batch, nextRow };
    }
  }
}

/** Whether a row group may hold events of the range; true where the footer doesn't say. */
export function mayHold(
  { minTimeMs, maxTimeMs }: ParquetRowGroup,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): boolean {
  return minTimeMs === null || maxTimeMs === null || (maxTimeMs >= fromMs && minTimeMs <= toMs);
}
