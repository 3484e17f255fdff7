import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import { columnOf } from '../events/event-batch.ts';
import type { NewValues } from '../events/new-values.ts';
import type { Schema } from '../events/order-schema.ts';
import { syncFolder } from '../sync-folder.ts';
import { archiveColumns } from './archive-columns.ts';
import { createArchiveFileWriter } from './archive-file-writer.ts';
import { createArchiveFolder, type Opened } from './archive-folder.ts';
import { type ArchivePart, dayFolder } from './archive-part.ts';
import type { MergeLimits } from './choose-merge.ts';
import { createFileColumns } from './file-columns.ts';
import { createGatheredRows, type GatheredRows } from './gathered-rows.ts';
import { createMerges } from './merge-small-files.ts';
import { ROW_GROUP_ROWS } from './order-file-writer.ts';
import type { PageCodec } from './page-codec.ts';
import { notWritten } from './parquet-writer.ts';
import { type ArchiveRetention, type RetiredDay, retire, sum } from './retention.ts';
import type { RowBlock } from './row-block.ts';
import { createScreenRows, type TimeLimits } from './screen-rows.ts';
import { stretchesByDay } from './stretches-by-day.ts';
import { createTextTable, type TextTable } from './text-table.ts';

export interface ArchiveWriterOptions {
  readonly folder: string;
  readonly schema: Schema;
  readonly calendar: BusinessCalendar;
  readonly limits: TimeLimits;
  readonly codec: PageCodec;
  readonly retention: ArchiveRetention;
  /** Rows of a day that become a file before the next cut; default 122,880. */
  readonly fileRows?: number;
  /** When small files become one. */
  readonly merge?: MergeLimits;
}

/** Owns the archive's folder: gathers rows by day, writes their files, and knows which are named. */
export interface ArchiveWriter {
  /** Goes on from `named`; files that neither it nor `kept` name are removed. */
  open(named: ArchivePart | null, kept: readonly ArchivePart[]): Promise<Opened>;
  /** Takes a block's rows and changes them; `flush` is due where they are many. */
  add(block: RowBlock, texts: NewValues): void;
  /**
   * Writes days of which there are many rows; at least `days` days, where so many have any (default 0).
   *
   * @throws GmvError `archive_write`: their rows stay, to be written by another call.
   */
  flush(days?: number): Promise<void>;
  /** Writes all rows and gives the manifest's part; throws as `flush` does. */
  cut(sealedThrough: number | null): Promise<{ part: ArchivePart; retired: readonly RetiredDay[] }>;
  /** Removes what no kept manifest names any more. */
  committed(kept: readonly ArchivePart[]): Promise<void>;
  /**
   * Does a few milliseconds of the work that has time: making large files of small ones. False where there is none.
   *
   * @throws GmvError that says which files can't be merged; they are left as they are.
   */
  step(): Promise<boolean>;
  /** Gives up what is half done. */
  close(): Promise<void>;
}

const MERGE: MergeLimits = { rows: 1_000_000, bytes: 64 << 20, fanIn: 8 };

/** Rows of all days that wait in memory, as a multiple of a file's: past it the day with most of them is written. */
const MOST_GATHERED_FILES = 2;

/** Rooms for rows that are kept for the next days: as many days as are under way at once where live catches up. */
const MOST_SPARE = 4;

export function createArchiveWriter(options: ArchiveWriterOptions): ArchiveWriter {
  const { folder, schema, calendar, limits, codec, retention, fileRows = ROW_GROUP_ROWS } = options;
  const columns = archiveColumns(schema);
  const screen = createScreenRows(columns, limits);
  const tables: Record<string, TextTable> = Object.fromEntries(
    columns.coded.map((name) => [name, createTextTable()]),
  );
  const files = createArchiveFolder(folder);
  const merges = createMerges({
    ...options,
    limits: options.merge ?? MERGE,
    files,
    columns,
    groupRows: fileRows,
  });
  const gathered = new Map<string | null, GatheredRows>();
  const spare: GatheredRows[] = [];
  const parts = createFileColumns({ columns, tables });

  /** Appends the rows of a block to their days. */
  const gather = (block: RowBlock): void => {
    const times = columnOf(block.numbers, 'event_time');
    for (const [day, stretches] of stretchesByDay(times, block.length, { calendar, limits })) {
      const into = gathered.get(day) ?? spare.pop() ?? createGatheredRows(columns);
      into.append(block, stretches);
      gathered.set(day, into);
    }
  };

  const makeFolder = async (day: string | null): Promise<void> => {
    const path = join(folder, dayFolder(day));
    try {
      const isNew = (await mkdir(path, { recursive: true })) !== undefined;
      if (isNew) await syncFolder(folder);
    } catch (error) {
      notWritten(path, error);
    }
  };

  const write = async (day: string | null, rows: GatheredRows): Promise<void> => {
    const { block } = rows;
    await makeFolder(day);
    const number = files.takeNumber();
    const writer = await createArchiveFileWriter({
      ...{ folder, day, number, columns, tables, codec, parts },
    });
    try {
      await writer.write(block);
    } catch (error) {
      await writer.discard();
      throw error;
    }
    files.add(await writer.close());
    gathered.delete(day);
    rows.clear();
    if (spare.length < MOST_SPARE) spare.push(rows);
  };

  return {
    async open(named, kept) {
      await mkdir(folder, { recursive: true });
      return files.open(named, kept);
    },
    add(block, texts) {
      for (const [name, more] of Object.entries(texts)) columnOf(tables, name).append(more);
      screen(block);
      gather(block);
    },
    async flush(days = 0) {
      for (let written = 0; ; written++) {
        const byRows = [...gathered].sort(([, a], [, b]) => b.block.length - a.block.length);
        const [largest] = byRows;
        const all = sum(byRows, ([, { block }]) => block.length);
        if (!largest) return;
        const isMuch = largest[1].block.length >= fileRows || all >= MOST_GATHERED_FILES * fileRows;
        if (!isMuch && written >= days) return;
        await write(...largest);
      }
    },
    async cut(sealedThrough) {
      for (const [day, rows] of gathered) await write(day, rows);
      const { stay, retired } = retire({ files: files.all(), retention, calendar, sealedThrough });
      files.keep(stay);
      merges.look();
      return { part: files.part(), retired };
    },
    committed: (kept) => files.committed(kept),
    step: merges.step,
    close: merges.close,
  };
}
