import { failureOf, GmvError } from '../../errors.ts';
import type { Dictionaries } from '../../events/dictionary.ts';
import type { EventBatch } from '../../events/event-batch.ts';
import type { Plan } from '../../plan/plan.ts';
import { say } from '../../protocol/sayings.ts';
import type { OpenFileBytes } from '../../sources/parquet/file-bytes.ts';
import type { ParquetFile } from '../../sources/parquet/open-file.ts';
import { readRowGroup } from '../../sources/parquet/read-row-group.ts';
import { createRowGroupColumns } from '../../sources/parquet/row-group-columns.ts';
import { columnsToRead } from '../../sources/parquet/unread-columns.ts';
import { openPlannedFile, type PlannedFile, refuseIfChanged } from './planned-file.ts';

export interface GroupPlace {
  readonly file: number;
  readonly group: number;
}

/** Reads row groups of many files and keeps only a few of the files open. */
export interface GroupReader {
  /**
   * The group's rows; each batch is valid until the next one. Only when all have come is it certain that they are
   * of the planned file.
   *
   * @throws GmvError of the files: `parquet_changed` where one isn't what it was.
   */
  read(place: GroupPlace): AsyncGenerator<EventBatch>;
  /** Names of those of `columns` that can't be left unread: see `columnsToRead`. */
  needed(place: GroupPlace, columns: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
}

/** Far below the usual limit of 1,024 open files, with room for several threads. */
const MOST_OPEN = 16;

export interface GroupReaderOptions {
  readonly files: readonly PlannedFile[];
  readonly plan: Plan;
  readonly dictionaries: Dictionaries;
  /** The plan that files are checked against, where it has columns that `plan` doesn't read; default: `plan`. */
  readonly whole?: Plan;
  /** Default: files of the file system. */
  readonly openBytes?: OpenFileBytes;
}

/** Creates a reader; files are opened when first read. */
export function createGroupReader(options: GroupReaderOptions): GroupReader {
  const { files, plan, whole = plan, dictionaries, openBytes } = options;
  const { schema, columns } = plan;
  const reuse = createRowGroupColumns();
  // In order of last use: the first entry is closed first.
  const open = new Map<PlannedFile, ParquetFile>();

  const fileOf = async (planned: PlannedFile): Promise<ParquetFile> => {
    const file = open.get(planned) ?? (await openPlannedFile({ planned, plan: whole, openBytes }));
    open.delete(planned);
    open.set(planned, file);
    const [oldest] = open;
    if (open.size > MOST_OPEN && oldest) {
      open.delete(oldest[0]);
      await oldest[1].close();
    }
    return file;
  };

  const plannedOf = (place: GroupPlace): PlannedFile => {
    const planned = files[place.file];
    if (planned === undefined) throw new RangeError(`the replay has no file ${place.file}`);
    return planned;
  };

  return {
    async *read(place) {
      const planned = plannedOf(place);
      const file = await fileOf(planned);
      const rows = readRowGroup({ file, group: place.group, schema, columns, dictionaries, reuse });
      try {
        // The caller's own errors are none of the file's.
        for (;;) {
          const next = await rows.next().catch((error: unknown) => refuse(file, planned, place, error));
          if (next.done) break;
          yield next.value;
        }
      } finally {
        await rows.return(undefined);
      }
      await refuseIfChanged(file, planned);
    },
    async needed(place, names) {
      const planned = plannedOf(place);
      const file = await fileOf(planned);
      const wanted = { file, group: place.group, columns: names };
      return columnsToRead(wanted).catch((error: unknown) => refuse(file, planned, place, error));
    },
    async close() {
      for (const file of open.values()) await file.close();
      open.clear();
    },
  };
}

/** What can't be read may be so because it is being written; if not, the error names file and row group. */
async function refuse(
  file: ParquetFile,
  planned: PlannedFile,
  { group }: GroupPlace,
  error: unknown,
): Promise<never> {
  await refuseIfChanged(file, planned);
  const { message, gmv } = failureOf(error);
  if (gmv && message.includes(`row group ${group}`)) throw error;
  throw new GmvError(
    gmv?.code ?? 'parquet_corrupt',
    say('row_group_unread', { file: planned.path, group, why: message }),
    gmv?.remedy ?? say('damaged_write_again'),
    { cause: error, retriable: gmv?.retriable },
  );
}
