import { z } from 'zod';
import { DISPOSITIONS } from '../events/disposition.ts';

const offset = z.string().regex(/^\d+$/);
const count = z.number().int().min(0);

const archiveFile = z.strictObject({
  /** `day=2026-11-22/00000012.parquet`, within the archive's folder. */
  name: z.string(),
  /** Business day of the rows' event times, `2026-11-22`; null where they have none that can be believed. */
  day: z.string().nullable(),
  /** Fingerprint of its columns. */
  columns: z.string(),
  rows: count,
  bytes: count,
  /** CRC-32 of all bytes, 8 hex digits. */
  crc32: z.string(),
  /** Event times, epoch ms, inclusive; null where there are none. */
  fromTimeMs: z.number().nullable(),
  toTimeMs: z.number().nullable(),
  /** Latest timestamp of a record; null where there are none. */
  toRecordTimeMs: z.number().nullable(),
  /** Partition → lowest offset, and the one behind the highest; other files may hold offsets between the two. */
  offsets: z.record(z.string(), z.strictObject({ from: offset, to: offset })),
  /** Disposition → rows. */
  dispositions: z.partialRecord(z.enum(DISPOSITIONS), count),
});

/** What a checkpoint's manifest says of the archive. */
export const archivePart = z.strictObject({
  version: z.literal(1),
  /** Counts the cuts, so that of two parts the later is known. */
  cut: count,
  /** Number of the next file. */
  nextFile: count,
  /** Sums over `files`. */
  rows: count,
  bytes: count,
  files: z.array(archiveFile).readonly(),
});

/** One Parquet file of the archive; immutable. */
export type ArchiveFile = Readonly<z.output<typeof archiveFile>>;

export type ArchivePart = Readonly<z.output<typeof archivePart>>;

export const EMPTY_PART: ArchivePart = { version: 1, cut: 0, nextFile: 1, rows: 0, bytes: 0, files: [] };

/** Folder of rows of one day, or of none. */
export const dayFolder = (day: string | null): string => `day=${day ?? 'none'}`;

export const fileName = (day: string | null, number: number): string =>
  `${dayFolder(day)}/${String(number).padStart(8, '0')}.parquet`;
