import type { Compressors } from 'hyparquet';
import { GmvError, reasonOf } from '../../errors.ts';
import type { Dictionaries } from '../../events/dictionary.ts';
import type { EventBatch } from '../../events/event-batch.ts';
import type { ColumnDefinition, Schema } from '../../events/order-schema.ts';
import { say } from '../../protocol/sayings.ts';
import { type ByteSource, type ChunkBytes, createChunkBytes, withOneRead } from './chunk-bytes.ts';
import { loadDecompressors } from './decompress.ts';
import type { ParquetFile } from './open-file.ts';
import { type ColumnReader, createColumnReader } from './read-column.ts';
import { createPageReader } from './read-pages.ts';
import { createRowGroupColumns, type RowGroupColumns, sliceBatch } from './row-group-columns.ts';
import { sinkFor } from './sink-for.ts';
import type { Reading } from './stored-column.ts';

export interface ReadRowGroupOptions {
  readonly file: ParquetFile;
  /** Index of the row group. */
  readonly group: number;
  readonly schema: Schema;
  /** Columns to read; the file was opened with these or more. Batches hold no others (`eventId`: of length 0). */
  readonly columns: readonly string[];
  readonly dictionaries: Dictionaries;
  /** Most rows of a batch; default 8192. */
  readonly batchCapacity?: number;
  /**
   * Memory of rows that are done with, to be used again: their batches are overwritten. Without it all batches
   * stay valid.
   */
  readonly reuse?: RowGroupColumns;
  /** Most rows to decode at a time; default 262,144, which take about 26 MB. */
  readonly windowRows?: number;
}

const BATCH_ROWS = 8192;
const WINDOW_ROWS = 1 << 18;

/**
 * Reads one row group and hands its rows out, in order, as batches that are views over what is decoded.
 *
 * Pages of different columns don't align, so rows are decoded column by column: the whole row group at once, and
 * of large ones so many rows at a time. Memory does not grow with row group or file, only with a window's rows
 * (100 bytes each with all 16 columns), the largest page and, in large groups, 4 MiB of each column's chunk.
 *
 * @throws GmvError `parquet_corrupt` that names file, row group and column.
 */
export async function* readRowGroup(options: ReadRowGroupOptions): AsyncGenerator<EventBatch> {
  const { file, group, schema, columns, dictionaries, reuse } = options;
  const { batchCapacity = BATCH_ROWS, windowRows = WINDOW_ROWS } = options;
  const rows = file.rowGroups[group]?.rows;
  if (rows === undefined) throw new RangeError(`${file.path} has no row group ${group}`);
  const wanted = schema.filter(({ name }) => columns.includes(name));
  const decompressors = await loadDecompressors();
  const source = withOneRead(
    file,
    wanted.flatMap(({ name }) => file.columns.get(name)?.chunks[group] ?? []),
  );
  const opening = { file, group, source, rows, decompressors };
  const parts = wanted.map((definition) => openColumn({ ...opening, definition }));
  for (let start = 0; start < rows; start += windowRows) {
    const count = Math.min(windowRows, rows - start);
    const batch = (reuse ?? createRowGroupColumns()).take(wanted, count);
    if (start === 0) parts[0]?.chunk?.prefetch();
    for (const [i, { definition, reading, chunk, reader }] of parts.entries()) {
      const sink = sinkFor({ definition, reading, batch, dictionaries });
      // The next chunk is read while this one is decoded.
      if (start === 0) parts[i + 1]?.chunk?.prefetch();
      if (!chunk) for (const lane of sink.lanes) lane.fill(sink.nullValue, 0, count);
      else await reader.read(sink, count).catch((cause) => damaged({ file, group, definition, cause }));
      if (start + count === rows) chunk?.release();
    }
    for (let row = 0; row < count; row += batchCapacity) {
      yield sliceBatch(batch, row, Math.min(count, row + batchCapacity));
    }
  }
}

interface OpenColumnOptions {
  readonly file: ParquetFile;
  readonly group: number;
  readonly definition: ColumnDefinition;
  readonly source: ByteSource;
  readonly rows: number;
  readonly decompressors: Compressors;
}

/** A column of the row group, to be read; one that the file lacks has no chunk. */
type OpenColumn = { readonly definition: ColumnDefinition; readonly reading: Reading } & (
  | { readonly chunk: ChunkBytes; readonly reader: ColumnReader }
  | { readonly chunk: null; readonly reader: null }
);

function openColumn(options: OpenColumnOptions): OpenColumn {
  const { file, group, source, definition, rows, decompressors } = options;
  const stored = file.columns.get(definition.name);
  const place = stored?.chunks[group];
  if (!stored || !place) return { definition, reading: { as: 'nulls' }, chunk: null, reader: null };
  const { element, optional, reading } = stored;
  const { start, length, codec } = place;
  const chunk = createChunkBytes({ file: source, start, length });
  const pages = createPageReader({ chunk, codec, decompressors, optional, rows });
  return { definition, reading, chunk, reader: createColumnReader({ pages, element }) };
}

interface Damage extends Pick<OpenColumnOptions, 'file' | 'group' | 'definition'> {
  readonly cause: unknown;
}

function damaged({ file, group, definition, cause }: Damage): never {
  if (cause instanceof GmvError) throw cause;
  const reason = reasonOf(cause);
  throw new GmvError(
    'parquet_corrupt',
    say('column_undecoded', { file: file.path, group, column: definition.name, why: reason }),
    say('damaged_write_again'),
    { cause },
  );
}
