import { dirname, relative, resolve, sep } from 'node:path';

export interface ShortPathsOptions {
  /** Folder of the configuration: what globs of datasets are relative to. */
  readonly configFolder: string;
  readonly dataFolder: string;
  /** Files, folders and globs of all datasets. */
  readonly patterns: readonly string[];
}

/**
 * Names files in all texts of plain data from where people know them: the folder of the configuration, of data, or of a
 * dataset that lies in neither. Viewers need not read where on the machine that is. What has no such text stays the
 * same object.
 */
export function createShortPaths({
  configFolder,
  dataFolder,
  patterns,
}: ShortPathsOptions): <T>(value: T) => T {
  const known = [dataFolder, configFolder].map((folder) => resolve(folder));
  const others = patterns.map((pattern) => folderOf(resolve(configFolder, pattern)));
  const folders = [...known, ...others.filter((folder) => known.every((outer) => !isWithin(folder, outer)))]
    .filter((folder) => folder !== sep)
    // A folder within another is the one to be left out.
    .sort((a, b) => b.length - a.length);
  const part = '[\\w./-]';
  const any = folders.map((folder) => escaped(folder)).join('|');
  const found = new RegExp(`(?<!${part})(?:${any})(?:/|(?!${part}))`, 'g');
  const shortText = (text: string): string =>
    text.includes(sep) ? text.replace(found, (match) => (match.endsWith(sep) ? '' : '.')) : text;

  const short = (value: unknown): unknown => {
    if (typeof value === 'string') return shortText(value);
    if (Array.isArray(value)) {
      const items = value.map(short);
      return items.some((item, i) => item !== value[i]) ? items : value;
    }
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).map(([name, each]) => [name, each, short(each)] as const);
    if (entries.every(([, before, after]) => before === after)) return value;
    return Object.fromEntries(entries.map(([name, , after]) => [name, after]));
  };
  return <T>(value: T): T => short(value) as T;
}

/** The folder that all files of a pattern lie in. */
function folderOf(pattern: string): string {
  const at = pattern.search(/[*?[{!]/);
  return dirname(at === -1 ? pattern : pattern.slice(0, at + 1));
}

function isWithin(folder: string, outer: string): boolean {
  const way = relative(outer, folder);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
