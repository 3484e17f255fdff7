import type { Dictionaries } from '../../events/dictionary.ts';
import type { EventBatch } from '../../events/event-batch.ts';
import type { Plan } from '../../plan/plan.ts';
import { openParquetFile, type ParquetFile } from '../../sources/parquet/open-file.ts';
import { readRowGroup } from '../../sources/parquet/read-row-group.ts';
import { createRowGroupColumns } from '../../sources/parquet/row-group-columns.ts';

/** Reads row groups of many files and keeps only a few of the files open. */
export interface GroupReader {
  /** The group's rows; each batch is valid until the next one. */
  read(place: { readonly file: number; readonly group: number }): AsyncGenerator<EventBatch>;
  close(): Promise<void>;
}

/** Far below the usual limit of 1,024 open files, with room for several threads. */
const MOST_OPEN = 16;

export interface GroupReaderOptions {
  readonly files: readonly string[];
  readonly plan: Plan;
  readonly dictionaries: Dictionaries;
}

/** Creates a reader; files are opened when first read. */
export function createGroupReader({ files, plan, dictionaries }: GroupReaderOptions): GroupReader {
  const { schema, columns } = plan;
  const reuse = createRowGroupColumns();
  // In order of last use: the first entry is closed first.
  const open = new Map<string, ParquetFile>();

  const fileAt = async (index: number): Promise<ParquetFile> => {
    const path = files[index];
    if (path === undefined) throw new RangeError(`the replay has no file ${index}`);
    const file = open.get(path) ?? (await openParquetFile(path, schema, columns));
    open.delete(path);
    open.set(path, file);
    const [oldest] = open;
    if (open.size > MOST_OPEN && oldest) {
      open.delete(oldest[0]);
      await oldest[1].close();
    }
    return file;
  };

  return {
    async *read({ file, group }) {
      yield* readRowGroup({ file: await fileAt(file), group, schema, columns, dictionaries, reuse });
    },
    async close() {
      for (const file of open.values()) await file.close();
      open.clear();
    },
  };
}
