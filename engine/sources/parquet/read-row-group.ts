import type { Compressors } from 'hyparquet';
import { GmvError } from '../../errors.ts';
import type { Dictionaries } from '../../events/dictionary.ts';
import { columnOf, type EventBatch } from '../../events/event-batch.ts';
import type { ColumnDefinition, Schema } from '../../events/order-schema.ts';
import type { ColumnSink } from './column-sink.ts';
import { createCategorySink, createIdSink, createNumberSink } from './column-sinks.ts';
import { loadDecompressors } from './decompress.ts';
import type { ParquetFile } from './open-file.ts';
import { readColumn } from './read-column.ts';
import { createRowGroupColumns, type RowGroupColumns, sliceBatch } from './row-group-columns.ts';
import { placeOf, type Reading, type StoredColumn } from './stored-column.ts';
import { throughTexts } from './texts-of-numbers.ts';

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
   * Memory of a row group that is done with, to be used again: its batches are overwritten. Without it every
   * row group gets its own, and its batches stay valid.
   */
  readonly reuse?: RowGroupColumns;
}

const BATCH_ROWS = 8192;

/**
 * Reads one row group and hands its rows out, in order, as batches that are views over it.
 *
 * Pages of different columns don't align, so the whole row group is decoded, column by column: with all 16
 * columns it takes about 100 bytes a row, besides one compressed column chunk.
 *
 * @throws GmvError `parquet_corrupt` that names file, row group and column.
 */
export async function* readRowGroup(options: ReadRowGroupOptions): AsyncGenerator<EventBatch> {
  const { file, group, batchCapacity = BATCH_ROWS } = options;
  const rows = file.rowGroups[group]?.rows;
  if (rows === undefined) throw new RangeError(`${file.path} has no row group ${group}`);
  const decoded = await decodeRowGroup(options, rows);
  for (let row = 0; row < rows; row += batchCapacity) {
    yield sliceBatch(decoded, row, Math.min(rows, row + batchCapacity));
  }
}

async function decodeRowGroup(options: ReadRowGroupOptions, rows: number): Promise<EventBatch> {
  const { file, group, schema, columns, dictionaries, reuse = createRowGroupColumns() } = options;
  const wanted = schema.filter(({ name }) => columns.includes(name));
  const batch = reuse.take(wanted, rows);
  const decompressors = await loadDecompressors();
  let next = chunkOf(file, group, wanted[0]);
  for (const [i, definition] of wanted.entries()) {
    const chunk = await next;
    // The next chunk is read while this one is decoded.
    next = chunkOf(file, group, wanted[i + 1]);
    next.catch(() => undefined);
    const stored = file.columns.get(definition.name);
    const sink = sinkFor(definition, stored, batch, dictionaries);
    if (!stored || !chunk) for (const lane of sink.lanes) lane.fill(sink.nullValue, 0, rows);
    else decodeChunk({ file, group, stored, chunk, rows, sink, decompressors });
  }
  return batch;
}

function chunkOf(
  file: ParquetFile,
  group: number,
  definition: ColumnDefinition | undefined,
): Promise<Uint8Array | null> {
  const stored = definition && file.columns.get(definition.name);
  const chunk = stored && file.metadata.row_groups[group]?.columns[stored.leaf]?.meta_data;
  if (!chunk) return Promise.resolve(null);
  const { start, length } = placeOf(chunk);
  return file.read(start, length);
}

interface DecodeChunkOptions {
  readonly file: ParquetFile;
  readonly group: number;
  readonly stored: StoredColumn;
  readonly chunk: Uint8Array;
  readonly rows: number;
  readonly sink: ColumnSink;
  readonly decompressors: Compressors;
}

function decodeChunk(options: DecodeChunkOptions): void {
  const { file, group, stored, chunk, rows, sink, decompressors } = options;
  const { element, optional, definition, leaf } = stored;
  const codec = file.metadata.row_groups[group]?.columns[leaf]?.meta_data?.codec ?? 'UNCOMPRESSED';
  try {
    readColumn({ chunk, codec, decompressors, element, optional, rows, sink });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GmvError(
      'parquet_corrupt',
      `${file.path}, row group ${group}, column "${definition.name}" can't be decoded: ${reason}`,
      'The file is damaged: write it again, or leave it out.',
      { cause },
    );
  }
}

function sinkFor(
  definition: ColumnDefinition,
  stored: StoredColumn | undefined,
  batch: EventBatch,
  dictionaries: Dictionaries,
): ColumnSink {
  const reading: Reading = stored?.reading ?? { as: 'nulls' };
  const sink = typedSink(definition, reading, batch, dictionaries);
  return reading.as === 'nulls' ? { ...sink, decodePlain: refuseValues } : sink;
}

function refuseValues({ count }: { readonly count: number }): void {
  if (count > 0) throw new Error('there are values in a column that has none, as its footer says');
}

function typedSink(
  { name, kind }: ColumnDefinition,
  reading: Reading,
  batch: EventBatch,
  dictionaries: Dictionaries,
): ColumnSink {
  if (kind === 'category') {
    const dictionary = columnOf(dictionaries, name);
    return throughTexts(createCategorySink({ lane: columnOf(batch.categories, name), dictionary }), reading);
  }
  if (kind === 'id128') return throughTexts(createIdSink({ lanes: batch.eventId }), reading);
  if (kind === 'id64') {
    const { lo, hi } = columnOf(batch.ids, name);
    return throughTexts(createIdSink({ lanes: [lo, hi] }), reading);
  }
  return createNumberSink({ lane: columnOf(batch.numbers, name), reading });
}
