import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { GmvError } from '../../errors.ts';

export interface ExpandPathsOptions {
  /** Files, folders (every `*.parquet` below them, hidden ones left out) and globs. */
  readonly paths: readonly string[];
  /** Folder that relative paths start from; default: the process's. */
  readonly folder?: string;
}

/**
 * Turns what a person names into absolute paths of files: sorted by UTF-16 code units, each once.
 *
 * @throws GmvError `parquet_not_found` that names every path that gave nothing.
 */
export async function expandPaths({ paths, folder = '.' }: ExpandPathsOptions): Promise<string[]> {
  const found = new Set<string>();
  const empty: string[] = [];
  for (const path of paths) {
    const files = await filesOf(path, resolve(folder));
    if (files.length === 0) empty.push(path);
    for (const file of files) found.add(file);
  }
  if (empty.length > 0 || found.size === 0) {
    const named = empty.map((path) => `"${path}"`).join(', ') || 'an empty list';
    throw new GmvError(
      'parquet_not_found',
      `No Parquet file found at ${named} (looked from ${resolve(folder)})`,
      'Name a .parquet file, a folder that holds some, or a glob in quotes such as "data/**/*.parquet".',
    );
  }
  return [...found].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

async function filesOf(path: string, folder: string): Promise<string[]> {
  const absolute = resolve(folder, path);
  const status = await stat(absolute).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return null;
    throw new GmvError(
      'parquet_not_found',
      `${absolute} can't be read (${cause.code})`,
      'Check its permissions.',
      {
        cause,
      },
    );
  });
  if (status?.isDirectory()) {
    const names = await readdir(absolute, { recursive: true });
    return names.filter(isVisibleParquet).map((name) => join(absolute, name));
  }
  if (status) return [absolute];
  if (!isDynamicPattern(path)) return [];
  return glob(path, { cwd: folder, absolute: true, onlyFiles: true });
}

const isVisibleParquet = (name: string): boolean =>
  name.endsWith('.parquet') && !name.split(/[\\/]/).some((part) => part.startsWith('.'));
