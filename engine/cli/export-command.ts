import { relative } from 'node:path';
import { duckdbSql } from '../export/duckdb-sql/duckdb-sql.ts';
import type { Plan } from '../plan/plan.ts';
import { expandPaths } from '../sources/parquet/expand-paths.ts';

export interface ExportCommandOptions {
  /** Files, folders and globs, from `folder`; none: an example's. */
  readonly paths: readonly string[];
  readonly folder: string;
  readonly plan: Plan;
}

/** What the script reads where no files are named. */
const EXAMPLE_FILES = 'orders/*.parquet';

/** `gmv export duckdb-sql`: the plan as a script that runs from the same folder. */
export async function exportCommand({ paths, folder, plan }: ExportCommandOptions): Promise<string> {
  if (paths.length === 0) return duckdbSql({ plan, files: [EXAMPLE_FILES] }).text;
  const files = await expandPaths({ paths, folder });
  return duckdbSql({ plan, files: files.map((file) => relative(folder, file)) }).text;
}
