import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ArchiveFile, type ArchivePart, EMPTY_PART } from './archive-part.ts';
import { sum } from './retention.ts';

/** What opening found. */
export interface Opened {
  /** Files that belonged to no checkpoint. */
  readonly removed: readonly string[];
  /** Files that the checkpoint names and that are gone, or of another size: they are no part of the archive any more. */
  readonly missing: readonly string[];
}

/** Which files an archive's folder holds, which of them are part of it, and which may go. */
export interface ArchiveFolder {
  open(named: ArchivePart | null, kept: readonly ArchivePart[]): Promise<Opened>;
  /** Number of the next file. */
  takeNumber(): number;
  all(): readonly ArchiveFile[];
  add(file: ArchiveFile): void;
  /** One file stands for others from the next manifest on; false where one of them is no part any more. */
  replace(files: readonly ArchiveFile[], by: ArchiveFile): boolean;
  /** Files that are not among `stay` are no part of the archive any more. */
  keep(stay: readonly ArchiveFile[]): void;
  /** Removes a file that no manifest names. */
  remove(name: string): Promise<void>;
  /** What the next manifest says. */
  part(): ArchivePart;
  committed(kept: readonly ArchivePart[]): Promise<void>;
}

const OURS = /^day=[^/]+\/(\d+)\.parquet(?:\.part)?$/;

export function createArchiveFolder(folder: string): ArchiveFolder {
  let files: readonly ArchiveFile[] = [];
  let nextFile = EMPTY_PART.nextFile;
  let cut = EMPTY_PART.cut;
  /** File that is no part any more → the first cut that doesn't name it. */
  const leaving = new Map<string, number>();

  const keep = (stay: readonly ArchiveFile[]): void => {
    const staying = namesOf([{ files: stay }]);
    for (const { name } of files) if (!staying.has(name)) leaving.set(name, cut + 1);
    files = stay;
  };

  const remove = async (name: string): Promise<void> => {
    await rm(join(folder, name), { force: true });
    // The last file of a day takes the day's folder along.
    await rmdir(dirname(join(folder, name))).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
    });
  };

  return {
    async open(named, kept) {
      const part = named ?? EMPTY_PART;
      const present = (await readdir(folder, { recursive: true })).filter((name) => OURS.test(name));
      const isNamed = namesOf([part, ...kept]);
      const removed = present.filter((name) => !isNamed.has(name)).sort();
      for (const name of removed) await remove(name);
      const missing: string[] = [];
      for (const { name, bytes } of part.files) {
        const found = await stat(join(folder, name)).catch(absent);
        if (found?.size !== bytes) missing.push(name);
      }
      files = part.files.filter(({ name }) => !missing.includes(name));
      cut = part.cut;
      // Never a name that stood for something else.
      const numbers = [...present, ...isNamed].map((name) => Number(OURS.exec(name)?.[1] ?? 0));
      nextFile = Math.max(part.nextFile, 1 + numbers.reduce((a, b) => Math.max(a, b), 0));
      leaving.clear();
      const current = namesOf([{ files }]);
      for (const name of isNamed) if (!current.has(name)) leaving.set(name, cut);
      return { removed, missing };
    },
    takeNumber: () => nextFile++,
    all: () => files,
    add(file) {
      files = [...files, file];
    },
    replace(replaced, by) {
      if (!replaced.every((file) => files.includes(file))) return false;
      keep([...files.filter((file) => !replaced.includes(file)), by]);
      return true;
    },
    keep,
    remove,
    part() {
      cut++;
      const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
      const rows = sum(sorted, (file) => file.rows);
      const bytes = sum(sorted, (file) => file.bytes);
      return { version: 1, cut, nextFile, rows, bytes, files: sorted };
    },
    async committed(kept) {
      const newest = kept.reduce((latest, part) => Math.max(latest, part.cut), -1);
      const isNamed = namesOf(kept);
      for (const [name, since] of leaving) {
        // A manifest that is still being written may name it, unless a later one is there already.
        if (newest < since || isNamed.has(name)) continue;
        await remove(name);
        leaving.delete(name);
      }
    },
  };
}

const namesOf = (parts: readonly Pick<ArchivePart, 'files'>[]): Set<string> =>
  new Set(parts.flatMap(({ files }) => files.map(({ name }) => name)));

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
