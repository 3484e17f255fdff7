import type { Dictionaries } from '../../events/dictionary.ts';
import type { EventBatch } from '../../events/event-batch.ts';
import type { Plan } from '../../plan/plan.ts';
import type { OpenFileBytes } from '../../sources/parquet/file-bytes.ts';
import type { ParquetFile } from '../../sources/parquet/open-file.ts';
import { readRowGroup } from '../../sources/parquet/read-row-group.ts';
import { createRowGroupColumns } from '../../sources/parquet/row-group-columns.ts';
import { openPlannedFile, type PlannedFile, refuseIfChanged } from './planned-file.ts';

/** Reads row groups of many files and keeps only a few of the files open. */
export interface GroupReader {
  /**
   * The group's rows; each batch is valid until the next one. Only when all have come is it certain that they are
   * of the planned file.
   *
   * @throws GmvError of the files: `parquet_changed` where one isn't what it was.
   */
  read(place: { readonly file: number; readonly group: number }): AsyncGenerator<EventBatch>;
  close(): Promise<void>;
}

/** Far below the usual limit of 1,024 open files, with room for several threads. */
const MOST_OPEN = 16;

export interface GroupReaderOptions {
  readonly files: readonly PlannedFile[];
  readonly plan: Plan;
  readonly dictionaries: Dictionaries;
  /** Default: files of the file system. */
  readonly openBytes?: OpenFileBytes;
}

/** Creates a reader; files are opened when first read. */
export function createGroupReader(options: GroupReaderOptions): GroupReader {
  const { files, plan, dictionaries, openBytes } = options;
  const { schema, columns } = plan;
  const reuse = createRowGroupColumns();
  // In order of last use: the first entry is closed first.
  const open = new Map<PlannedFile, ParquetFile>();

  const fileOf = async (planned: PlannedFile): Promise<ParquetFile> => {
    const file = open.get(planned) ?? (await openPlannedFile({ planned, plan, openBytes }));
    open.delete(planned);
    open.set(planned, file);
    const [oldest] = open;
    if (open.size > MOST_OPEN && oldest) {
      open.delete(oldest[0]);
      await oldest[1].close();
    }
    return file;
  };

  return {
    async *read(place) {
      const planned = files[place.file];
      if (planned === undefined) throw new RangeError(`the replay has no file ${place.file}`);
      const file = await fileOf(planned);
      try {
        yield* readRowGroup({ file, group: place.group, schema, columns, dictionaries, reuse });
      } catch (error) {
        // What can't be read may be so because it is being written.
        await refuseIfChanged(file, planned);
        throw error;
      }
      await refuseIfChanged(file, planned);
    },
    async close() {
      for (const file of open.values()) await file.close();
      open.clear();
    },
  };
}
