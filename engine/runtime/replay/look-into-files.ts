import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import type { Plan } from '../../plan/plan.ts';
import type { OpenFileBytes } from '../../sources/parquet/file-bytes.ts';
import { openParquetFile } from '../../sources/parquet/open-file.ts';
import { untoldColumns } from '../../sources/parquet/unread-columns.ts';
import { type PlannedFile, plannedFile } from './planned-file.ts';
import { daysOfGroup, type ReplayGroup } from './replay-units.ts';

/** A row group with what reading it costs. */
export interface FileGroup extends ReplayGroup {
  /** Compressed bytes by column. */
  readonly columnBytes: Readonly<Record<string, number>>;
  /** Nullable text columns that are read even where no figure needs them: see `untoldColumns`. */
  readonly untold: readonly string[];
}

export interface FilesLook {
  readonly files: readonly PlannedFile[];
  /** All row groups that have rows; each names its file by index. */
  readonly groups: readonly FileGroup[];
}

export interface LookIntoFilesOptions {
  readonly plan: Plan;
  /** Absolute paths of Parquet files, each once. */
  readonly files: readonly string[];
  readonly signal?: AbortSignal;
  /** Default: files of the file system. */
  readonly openBytes?: OpenFileBytes;
}

/**
 * The files as they are now, and what their footers tell of every row group. Reads footers alone.
 *
 * @throws GmvError of the files (`parquet_…`), or the signal's reason.
 */
export async function lookIntoFiles(options: LookIntoFilesOptions): Promise<FilesLook> {
  const { plan, files: paths, signal, openBytes } = options;
  const calendar = createBusinessCalendar(plan.timeZone);
  const columns = plan.schema
    .filter(({ kind, nullable }) => nullable && (kind === 'category' || kind === 'id64'))
    .map(({ name }) => name);
  const files: PlannedFile[] = [];
  const groups: FileGroup[] = [];
  for (const [index, path] of paths.entries()) {
    signal?.throwIfAborted();
    const file = await openParquetFile(path, plan.schema, plan.columns, openBytes);
    files.push(plannedFile(file));
    for (const { index: group, rows, columnBytes, ...times } of file.rowGroups) {
      if (rows === 0) continue;
      const days = daysOfGroup(times, plan.limits, calendar);
      groups.push({
        file: index,
        group,
        rows,
        days,
        columnBytes,
        untold: untoldColumns({ file, group, columns }),
      });
    }
    await file.close();
  }
  return { files, groups };
}
