import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveFile, ArchivePart } from '../archive/archive-part.ts';
import { dayFolder } from '../archive/archive-part.ts';
import { fingerprint } from '../plan/fingerprint.ts';
import type { DatasetPreview, DatasetSummary } from '../protocol/datasets.ts';
import { say } from '../protocol/sayings.ts';
import type { Dataset, DatasetFile, DatasetLook } from './dataset.ts';
import { type DaysOfPartsOptions, daysOfParts } from './days-of-parts.ts';
import { changedError, goneError } from './files-dataset.ts';
import type { HeldFiles } from './hold-files.ts';
import type { FileProblem, ListedFile } from './list-files.ts';

/** The archive as the newest durable checkpoint names it, and where it lies; null before the first one. */
export type NewestArchivePart = () => Promise<{
  readonly part: ArchivePart;
  readonly folder: string;
} | null>;

export interface ArchiveDatasetOptions extends Pick<DaysOfPartsOptions, 'calendar' | 'limits'> {
  readonly newestArchivePart: NewestArchivePart;
  readonly held: HeldFiles;
  readonly clock: { now(): number };
  previewOf(file: ListedFile | null): Promise<DatasetPreview>;
}

/** Version of how the archive is read. */
const READING = 'archive 1';
/** Tries to hold files that are merged into others meanwhile. */
const TRIES = 5;

/**
 * What live consumed. Small files are merged into larger ones all the time, which changes no row, so a file of the
 * dataset is all of a day: its fingerprint tells which records it holds, its path is the day's folder, and what lies
 * there is found when it is made ready. Records without a believable time belong to no day and are left out.
 */
export function createArchiveDataset(options: ArchiveDatasetOptions): Dataset {
  const { newestArchivePart, held, clock, calendar, limits, previewOf } = options;
  const name = 'archive';

  const days = async (): Promise<{ folder: string; byDay: Map<string, ArchiveFile[]> }> => {
    const newest = await newestArchivePart();
    const byDay = new Map<string, ArchiveFile[]>();
    for (const file of newest?.part.files ?? []) {
      if (file.day === null) continue;
      byDay.set(file.day, [...(byDay.get(file.day) ?? []), file]);
    }
    return { folder: newest?.folder ?? '', byDay };
  };

  return {
    name,
    async look(): Promise<DatasetLook> {
      const { folder, byDay } = await days();
      const files: DatasetFile[] = [];
      const problems: FileProblem[] = [];
      const sorted = [...byDay].sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [day, stored] of sorted) {
        const missing = await missingOf(folder, stored);
        for (const path of missing) {
          problems.push({ file: path, problem: 'is not there, though a checkpoint names it. Put it back.' });
        }
        if (missing.length === 0) files.push(fileOfDay(join(folder, dayFolder(day)), stored));
      }
      const all = sorted.flatMap(([, stored]) => stored);
      const summary: DatasetSummary = {
        ...{ name, kind: 'archive', title: say('archive'), from: say('what_live_consumed') },
        files: all.length,
        bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
        rows: all.reduce((sum, { rows }) => sum + rows, 0),
        days: daysOfParts({ files, calendar, limits }),
        // It grows all the time.
        changes: [],
        ...{ lookedAtMs: clock.now(), problems },
      };
      return { summary, files, reading: READING };
    },
    async ready(files, { signal, onProgress } = {}) {
      for (let attempt = 1; ; attempt++) {
        signal?.throwIfAborted();
        const { folder, byDay } = await days();
        const stored = files.flatMap((file) => {
          const found = [...byDay].find(([day]) => join(folder, dayFolder(day)) === file.path)?.[1];
          if (!found) throw goneError(file.path);
          if (fileOfDay(file.path, found).fingerprint !== file.fingerprint) {
            throw changedError(file.path, say('records_came'));
          }
          return found;
        });
        try {
          const ready = await held.hold(
            stored.map(({ name: file }) => ({ path: join(folder, file), as: file.replaceAll('/', '-') })),
          );
          onProgress?.({ files: files.length, rows: stored.reduce((sum, { rows }) => sum + rows, 0) });
          return ready;
        } catch (error) {
          // Merged after the manifest was read: a newer one names what they became.
          const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
          if (!isGone) throw error;
          if (attempt === TRIES) throw goneError((error as NodeJS.ErrnoException).path ?? folder);
        }
      }
    },
    async preview() {
      const { folder, byDay } = await days();
      const newest = [...byDay.values()].flat().at(-1);
      if (!newest) return previewOf(null);
      return previewOf({ path: join(folder, newest.name), bytes: newest.bytes, modifiedMs: 0 });
    },
  };
}

function fileOfDay(path: string, stored: readonly ArchiveFile[]): DatasetFile {
  return {
    path,
    bytes: stored.reduce((sum, { bytes }) => sum + bytes, 0),
    modifiedMs: 0,
    fingerprint: fingerprintOfRecords(stored),
    lateRows: stored.reduce((sum, { dispositions }) => sum + (dispositions.late ?? 0), 0),
    parts: stored.map(({ rows, bytes, fromTimeMs, toTimeMs }) => ({
      ...{ rows, bytes },
      minTimeMs: fromTimeMs,
      maxTimeMs: toTimeMs,
    })),
  };
}

/**
 * Of the records that files hold, however these are cut. Records only come, and never change: as many, with the same
 * bounds of offsets and the same fates, are the same.
 */
function fingerprintOfRecords(stored: readonly ArchiveFile[]): string {
  const offsets = new Map<string, { from: bigint; to: bigint }>();
  const fates: Record<string, number> = {};
  let rows = 0;
  for (const file of stored) {
    rows += file.rows;
    for (const [partition, { from, to }] of Object.entries(file.offsets)) {
      const known = offsets.get(partition) ?? { from: BigInt(from), to: BigInt(to) };
      const [low, high] = [BigInt(from), BigInt(to)];
      offsets.set(partition, {
        from: low < known.from ? low : known.from,
        to: high > known.to ? high : known.to,
      });
    }
    for (const [fate, count] of Object.entries(file.dispositions)) {
      fates[fate] = (fates[fate] ?? 0) + (count ?? 0);
    }
  }
  const bounds = [...offsets].map(([partition, { from, to }]) => [partition, `${from}`, `${to}`] as const);
  return fingerprint({ rows, fates, bounds: Object.fromEntries(bounds.map(([p, ...of]) => [p, of])) });
}

async function missingOf(folder: string, stored: readonly ArchiveFile[]): Promise<string[]> {
  const missing: string[] = [];
  for (const { name, bytes } of stored) {
    const path = join(folder, name);
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw error;
    });
    if (found?.size !== bytes) missing.push(path);
  }
  return missing;
}
