import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
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
    const entries = await readdir(absolute, { recursive: true, withFileTypes: true });
    // Spark names folders of parts like files: `orders.parquet/part-0.parquet`.
    return entries
      .filter((entry) => !entry.isDirectory())
      .map(({ parentPath, name }) => relative(absolute, join(parentPath, name)))
      .filter(isVisibleParquet)
      .map((name) => join(absolute, name));
  }
  if (status?.isFile()) return [absolute];
  if (status) {
    throw new GmvError(
      'parquet_not_found',
      `${absolute} is neither a file nor a folder`,
      'Parquet is read from its end: write what a pipe gives to a file first.',
    );
  }
  if (!isDynamicPattern(path)) return [];
  return glob(path, { cwd: folder, absolute: true, onlyFiles: true });
}

const isVisibleParquet = (name: string): boolean =>
  name.endsWith('.parquet') && !name.split(/[\\/]/).some((part) => part.startsWith('.'));
