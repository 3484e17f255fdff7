import { join } from 'node:path';
import { GmvError } from '../errors.ts';
import { createDictionaries } from '../events/create-dictionaries.ts';
import type { Dictionaries } from '../events/dictionary.ts';
import { columnOf, type EventBatch } from '../events/event-batch.ts';
import { openParquetFile, type ParquetFile } from '../sources/parquet/open-file.ts';
import { readRowGroup } from '../sources/parquet/read-row-group.ts';
import { type ArchiveColumns, readAsTexts } from './archive-columns.ts';
import { createArchiveFileWriter } from './archive-file-writer.ts';
import type { ArchiveFile } from './archive-part.ts';
import { createFileColumns } from './file-columns.ts';
import { createGatheredRows } from './gathered-rows.ts';
import type { PageCodec } from './page-codec.ts';
import type { RowBlock } from './row-block.ts';
import { createTextTable, type TextTable } from './text-table.ts';

export interface MergeFilesOptions {
  readonly folder: string;
  /** All of one day, with these columns. */
  readonly files: readonly ArchiveFile[];
  /** Number of the file that they become. */
  readonly number: number;
  readonly columns: ArchiveColumns;
  readonly codec: PageCodec;
  /** Most rows of a row group; so many are in memory. */
  readonly groupRows: number;
}

/**
 * Makes one file of several, a few thousand rows a step, so that other work goes on between steps. Nothing is left of a
 * merge that is given up.
 *
 * @throws GmvError of reading (`parquet_…`), `archive_write`, or `archive_merge` where the rows aren't those of the files.
 */
export async function* mergeFiles(options: MergeFilesOptions): AsyncGenerator<void, ArchiveFile | null> {
  const { folder, files, groupRows } = options;
  const [{ day } = { day: null }] = files;
  const columns = readAsTexts(options.columns);
  const names = columns.schema.map(({ name }) => name);
  const texts = createTexts(columns);
  const gathered = createGatheredRows(columns);
  const { tables } = texts;
  const parts = createFileColumns({ columns, tables });
  const writer = await createArchiveFileWriter({ ...options, day, columns, tables, parts });
  let merged: ArchiveFile | null = null;
  let open: ParquetFile | null = null;
  try {
    for (const { name } of files) {
      open = await openParquetFile(join(folder, name), columns.schema, names);
      for (const { index, rows } of open.rowGroups) {
        if (gathered.block.length > 0 && gathered.block.length + rows > groupRows) {
          await writer.write(gathered.block);
          gathered.clear();
          texts.clear();
          yield;
        }
        const { schema } = columns;
        const reading = {
          file: open,
          group: index,
          schema,
          columns: names,
          dictionaries: texts.dictionaries(),
        };
        for await (const batch of readRowGroup(reading)) {
          const block = asBlock(batch);
          refuseLost(block, columns, name);
          gathered.append(block, [0, batch.length]);
          yield;
        }
        texts.tell();
      }
      await open.close();
      open = null;
    }
    await writer.write(gathered.block);
    merged = await writer.close();
  } finally {
    await open?.close();
    if (!merged) await writer.discard();
  }
  return merged;
}

/** Dictionaries to read with, and tables that know the same texts to write from. */
function createTexts(columns: ArchiveColumns) {
  const create = (): Dictionaries => createDictionaries(columns.schema, Number.POSITIVE_INFINITY);
  const tables: Record<string, TextTable> = Object.fromEntries(
    columns.coded.map((name) => [name, createTextTable()]),
  );
  let dictionaries = create();
  return {
    tables,
    dictionaries: () => dictionaries,
    tell(): void {
      for (const [name, table] of Object.entries(tables)) {
        const dictionary = columnOf(dictionaries, name);
        if (dictionary.size > table.size) table.append(dictionary.snapshot(table.size));
      }
    },
    clear(): void {
      dictionaries = create();
      for (const table of Object.values(tables)) table.clear();
    },
  };
}

const NO_BYTES = new Uint8Array(0);

const asBlock = ({ length, capacity, numbers, categories }: EventBatch): RowBlock => {
  return { length, capacity, numbers, codes: categories, ids: {}, bytes: NO_BYTES, bytesUsed: 0 };
};

/** A text that is too long or no UTF-8 was never written; that it is read means that the file is damaged. */
function refuseLost({ codes, length }: RowBlock, columns: ArchiveColumns, file: string): void {
  for (const name of columns.coded) {
    const column = columnOf(codes, name);
    for (let row = 0; row < length; row++) {
      if (column[row]! >= 0) continue;
      throw new GmvError(
        'archive_merge',
        `${file} has a text in column "${name}" that the archive does not write`,
        'The file is damaged: restore it from a copy.',
      );
    }
  }
}
