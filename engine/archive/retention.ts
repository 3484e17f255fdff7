import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import type { ArchiveFile } from './archive-part.ts';

/** How long the archive keeps what; null is for ever. */
export interface ArchiveRetention {
  /** Business days that are kept, besides those that are not sealed. */
  readonly days: number | null;
  /** Bytes of all files. */
  readonly bytes: number | null;
}

/** A day that retention takes out, whole. */
export interface RetiredDay {
  /** `2026-11-22`; for rows without an event time the day that their records came. */
  readonly day: string;
  readonly undated: boolean;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  readonly because: 'days' | 'bytes';
}

export interface RetireOptions {
  readonly files: readonly ArchiveFile[];
  readonly retention: ArchiveRetention;
  readonly calendar: BusinessCalendar;
  /** Index of the last sealed business day; null: none is, and nothing goes. */
  readonly sealedThrough: number | null;
}

/** What stays and what goes: sealed days only, oldest first, each with all of its files. */
export function retire(options: RetireOptions): {
  readonly stay: readonly ArchiveFile[];
  readonly retired: readonly RetiredDay[];
} {
  const { files, retention, calendar, sealedThrough } = options;
  if (sealedThrough === null) return { stay: files, retired: [] };
  const days = new Map<string, ArchiveFile[]>();
  for (const file of files) {
    const key = `${indexOf(file, calendar)} ${file.day === null}`;
    days.set(key, [...(days.get(key) ?? []), file]);
  }
  const oldestFirst = [...days.values()]
    .map((of) => ({ of, index: of[0] ? indexOf(of[0], calendar) : Number.POSITIVE_INFINITY }))
    .sort((a, b) => a.index - b.index);
  const gone = new Set<ArchiveFile>();
  const retired: RetiredDay[] = [];
  let bytes = sum(files, (file) => file.bytes);
  for (const { of, index } of oldestFirst) {
    if (index > sealedThrough) break;
    const tooOld = retention.days !== null && index <= sealedThrough - retention.days;
    const tooMuch = retention.bytes !== null && bytes > retention.bytes;
    if (!tooOld && !tooMuch) continue;
    for (const file of of) gone.add(file);
    const its = sum(of, (file) => file.bytes);
    bytes -= its;
    retired.push({
      day: calendar.dayOfIndex(index).label,
      undated: of[0]?.day === null,
      files: of.length,
      rows: sum(of, (file) => file.rows),
      bytes: its,
      because: tooOld ? 'days' : 'bytes',
    });
  }
  return { stay: files.filter((file) => !gone.has(file)), retired };
}

/** The business day that a file belongs to: its rows', else the one in which the last of its records came. */
function indexOf({ day, toRecordTimeMs }: ArchiveFile, calendar: BusinessCalendar): number {
  if (day !== null) return calendar.dayOfLabel(day).index;
  return toRecordTimeMs === null ? Number.NEGATIVE_INFINITY : calendar.dayOf(toRecordTimeMs).index;
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
