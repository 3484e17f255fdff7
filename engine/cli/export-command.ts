import { relative } from 'node:path';
import { duckdbSql } from '../export/duckdb-sql/duckdb-sql.ts';
import { flinkSql } from '../export/flink-sql/flink-sql.ts';
import type { Plan } from '../plan/plan.ts';
import { expandPaths } from '../sources/parquet/expand-paths.ts';
import { currencyOfFiles, flinkFiles } from './flink-files.ts';

export interface ExportCommandOptions {
  /** Files, folders and globs, from `folder`; none: an example's. */
  readonly paths: readonly string[];
  readonly folder: string;
  readonly plan: Plan;
}

/** What the scripts read where no files are named. */
const EXAMPLE_FILES = 'orders/*.parquet';
const EXAMPLE_FOLDER = { folder: '/path/to/orders', names: [] };

/** `gmv export duckdb-sql`: the plan as a script that runs from the same folder. */
export async function exportDuckdbSql({ paths, folder, plan }: ExportCommandOptions): Promise<string> {
  if (paths.length === 0) return duckdbSql({ plan, files: [EXAMPLE_FILES] }).text;
  const files = await expandPaths({ paths, folder });
  return duckdbSql({ plan, files: files.map((file) => relative(folder, file)) }).text;
}

/** `gmv export flink-sql`: the plan as a script for Flink's SQL client, which names files by absolute paths. */
export async function exportFlinkSql({ paths, folder, plan }: ExportCommandOptions): Promise<string> {
  if (paths.length === 0) return flinkSql({ plan, files: [EXAMPLE_FOLDER] }).text;
  const files = await expandPaths({ paths, folder });
  const currency = plan.currency ?? (await currencyOfFiles(files));
  return flinkSql({ plan: { ...plan, currency }, files: await flinkFiles(plan, files) }).text;
}
