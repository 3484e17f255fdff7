import { join } from 'node:path';

/** Where history lies in a data folder. */
export interface HistoryPaths {
  /** The DuckDB file. */
  readonly file: string;
  /** Where figures wait in files until they are in its tables. */
  readonly staging: string;
}

export function historyPaths(dataFolder: string): HistoryPaths {
  const file = join(dataFolder, 'history.duckdb');
  return { file, staging: stagingBeside(file) };
}

export const stagingBeside = (file: string): string => `${file}.staged`;
