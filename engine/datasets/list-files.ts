import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';

/** A file that is there, as the file system tells of it. */
export interface ListedFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

export interface FileProblem {
  readonly file: string;
  readonly problem: string;
}

export interface Listing {
  /** By path, each once. */
  readonly files: readonly ListedFile[];
  readonly problems: readonly FileProblem[];
}

export interface ListFilesOptions {
  /** Files, folders and globs. */
  readonly patterns: readonly string[];
  /** Folder that relative ones start from. */
  readonly folder: string;
  /** Endings of the files that count where a folder is named: `['.parquet']`. */
  readonly endings: readonly string[];
}

/** Looked at side by side. */
const AT_ONCE = 64;

/**
 * Files that patterns name. A link that leads out of its pattern's folder (what stands before the first wildcard) is
 * refused by name, so that a folder to which others may write opens no other one. Throws for no file.
 */
export async function listFiles({ patterns, folder, endings }: ListFilesOptions): Promise<Listing> {
  const files = new Map<string, ListedFile>();
  const problems = new Map<string, string>();
  for (const pattern of patterns) {
    const { base, paths } = await pathsOf(pattern, folder, endings).catch((error: NodeJS.ErrnoException) => {
      problems.set(resolve(folder, pattern), `can't be listed (${error.code ?? error.message})`);
      return { base: folder, paths: [] };
    });
    if (paths.length === 0) continue;
    const isWithin = await createFence(base);
    for (let from = 0; from < paths.length; from += AT_ONCE) {
      const some = paths.slice(from, from + AT_ONCE);
      const looks = await Promise.all(some.map((path) => lookAt(path, isWithin)));
      for (const [i, look] of looks.entries()) {
        const path = some[i] ?? '';
        if (typeof look === 'string') problems.set(path, look);
        else files.set(path, look);
      }
    }
  }
  return {
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    problems: [...problems].map(([file, problem]) => ({ file, problem })),
  };
}

async function pathsOf(
  pattern: string,
  folder: string,
  endings: readonly string[],
): Promise<{ readonly base: string; readonly paths: readonly string[] }> {
  const absolute = resolve(folder, pattern);
  const status = await stat(absolute).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (status?.isDirectory()) {
    const any = endings.map((ending) => `**/*${ending}`);
    return { base: absolute, paths: await glob(any, { cwd: absolute, absolute: true, onlyFiles: true }) };
  }
  if (status) return { base: dirname(absolute), paths: [absolute] };
  const parts = pattern.split('/');
  const first = parts.findIndex((part) => isDynamicPattern(part));
  if (first < 0) return { base: folder, paths: [] };
  const start = parts.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.');
  const base = resolve(folder, start);
  const rest = parts.slice(first).join('/');
  // A folder that is not there yet has no files.
  if ((await stat(base).catch(() => null)) === null) return { base, paths: [] };
  return { base, paths: await glob(rest, { cwd: base, absolute: true, onlyFiles: true }) };
}

/** Tells whether a path, links followed, lies in the folder; folders on the way are asked about once. */
async function createFence(base: string): Promise<(path: string) => Promise<boolean>> {
  const inside = join(await realpath(base), sep);
  const folders = new Map<string, Promise<string>>();
  return async (path) => {
    const status = await lstat(path);
    if (status.isSymbolicLink()) return (await realpath(path)).startsWith(inside);
    const folder = dirname(path);
    const known = folders.get(folder) ?? realpath(folder);
    folders.set(folder, known);
    return join(await known, sep).startsWith(inside);
  };
}

/** The file, or what is wrong with it. */
async function lookAt(
  path: string,
  isWithin: (path: string) => Promise<boolean>,
): Promise<ListedFile | string> {
  try {
    if (!(await isWithin(path))) {
      return 'is a link that leads out of the folder of its pattern. Name the other folder in the configuration.';
    }
    const status = await stat(path);
    if (!status.isFile()) return 'is no file. Leave it out of the pattern.';
    return { path, bytes: status.size, modifiedMs: status.mtimeMs };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return `can't be looked at (${code}). Check path and permissions.`;
  }
}
