import { join } from 'node:path';
import type { Disposition } from '../events/disposition.ts';
import { columnOf } from '../events/event-batch.ts';
import {
  type ArchiveColumns,
  DISPOSITION,
  RECORD_OFFSET,
  RECORD_PARTITION,
  RECORD_TIME,
} from './archive-columns.ts';
import { type ArchiveFile, fileName } from './archive-part.ts';
import type { FileColumn } from './file-columns.ts';
import { orderByTime } from './order-by-time.ts';
import type { PageCodec } from './page-codec.ts';
import { createParquetWriter } from './parquet-writer.ts';
import type { RowBlock } from './row-block.ts';
import type { TextTable } from './text-table.ts';

export interface ArchiveFileWriterOptions {
  /** The archive's folder. */
  readonly folder: string;
  readonly day: string | null;
  /** Number of the file. */
  readonly number: number;
  readonly columns: ArchiveColumns;
  /** Of each column of codes. */
  readonly tables: Readonly<Record<string, TextTable>>;
  readonly codec: PageCodec;
  /** What encodes them; of no other file while a row group is encoded. */
  readonly parts: readonly FileColumn[];
}

export interface ArchiveFileWriter {
  /** Writes the block's rows as one row group, sorted by event time. */
  write(block: RowBlock): Promise<void>;
  /** Closes, durably. */
  close(): Promise<ArchiveFile>;
  discard(): Promise<void>;
}

/**
 * Opens one file of the archive.
 *
 * @throws GmvError `archive_write` where the disk refuses, here and in all that it gives.
 */
export async function createArchiveFileWriter(options: ArchiveFileWriterOptions): Promise<ArchiveFileWriter> {
  const { folder, day, number, columns, tables, codec, parts } = options;
  const name = fileName(day, number);
  const writer = await createParquetWriter({ path: join(folder, name), columns: parts, codec });
  const facts = createFacts(tables);
  return {
    async write(block) {
      const order = orderByTime(columnOf(block.numbers, 'event_time'), block.length);
      for (const { append } of parts) append(block, order);
      facts.add(block);
      await writer.endGroup(block.length);
    },
    async close() {
      const { rows, bytes, crc32 } = await writer.close();
      const checksum = crc32.toString(16).padStart(8, '0');
      return { name, day, columns: columns.fingerprint, rows, bytes, crc32: checksum, ...facts.all() };
    },
    discard: writer.discard,
  };
}

type Facts = Omit<ArchiveFile, 'name' | 'day' | 'columns' | 'rows' | 'bytes' | 'crc32'>;

/** What a manifest says of a file's rows. */
function createFacts(tables: Readonly<Record<string, TextTable>>) {
  const offsets: Record<string, { from: number; to: number }> = {};
  const dispositions: Partial<Record<Disposition, number>> = {};
  let fromTimeMs = Number.POSITIVE_INFINITY;
  let toTimeMs = Number.NEGATIVE_INFINITY;
  let toRecordTimeMs = Number.NEGATIVE_INFINITY;
  return {
    add({ numbers, codes, length }: RowBlock): void {
      const times = boundsOf(columnOf(numbers, 'event_time'), length);
      fromTimeMs = Math.min(fromTimeMs, times.min);
      toTimeMs = Math.max(toTimeMs, times.max);
      toRecordTimeMs = Math.max(toRecordTimeMs, boundsOf(columnOf(numbers, RECORD_TIME), length).max);
      const partitionOf = columnOf(tables, RECORD_PARTITION);
      const partition = columnOf(codes, RECORD_PARTITION);
      for (const [code, { from, to }] of rangesBy(partition, columnOf(numbers, RECORD_OFFSET), length)) {
        const name = partitionOf.textOf(code);
        const known = offsets[name] ?? { from, to };
        offsets[name] = { from: Math.min(known.from, from), to: Math.max(known.to, to) };
      }
      const fateOf = columnOf(tables, DISPOSITION);
      for (const [code, rows] of countBy(columnOf(codes, DISPOSITION), length)) {
        const fate = fateOf.textOf(code) as Disposition;
        dispositions[fate] = (dispositions[fate] ?? 0) + rows;
      }
    },
    all(): Facts {
      const finite = (time: number): number | null => (Number.isFinite(time) ? time : null);
      const asTexts = Object.entries(offsets).map(
        ([name, { from, to }]) => [name, { from: String(from), to: String(to) }] as const,
      );
      return {
        fromTimeMs: finite(fromTimeMs),
        toTimeMs: finite(toTimeMs),
        toRecordTimeMs: finite(toRecordTimeMs),
        offsets: Object.fromEntries(asTexts),
        dispositions,
      };
    },
  };
}

/** Of what is no NaN; infinite where nothing is. */
function boundsOf(numbers: Float64Array, length: number): { readonly min: number; readonly max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < length; row++) {
    const number = numbers[row]!;
    if (number < min) min = number;
    if (number > max) max = number;
  }
  return { min, max };
}

/** Per code the lowest number, and the one behind the highest. */
function rangesBy(codes: Int32Array, numbers: Float64Array, length: number) {
  const ranges = new Map<number, { from: number; to: number }>();
  for (let row = 0; row < length; row++) {
    const number = numbers[row]!;
    const range = ranges.get(codes[row]!);
    if (!range) ranges.set(codes[row]!, { from: number, to: number + 1 });
    else if (number < range.from) range.from = number;
    else if (number >= range.to) range.to = number + 1;
  }
  return ranges;
}

function countBy(codes: Int32Array, length: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let row = 0; row < length; row++) counts.set(codes[row]!, (counts.get(codes[row]!) ?? 0) + 1);
  return counts;
}
