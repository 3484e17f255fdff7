import { join } from 'node:path';
import { duckdb } from '../sources/parquet/parquet-fixtures.ts';
import type { ArchivePart } from './archive-part.ts';

/** For tests: all rows of the named files as DuckDB reads them, times as epoch ms, by partition and offset. */
export async function archivedRows(folder: string, part: ArchivePart): Promise<Record<string, unknown>[]> {
  if (part.files.length === 0) return [];
  const paths = part.files.map(({ name }) => `'${join(folder, name)}'`).join(', ');
  const times = ['event_time', 'record_time'].map((name) => `epoch_ms(${name}) as ${name}`).join(', ');
  return duckdb(
    `select * replace (${times}) from read_parquet([${paths}], hive_partitioning = false)
     order by record_partition, record_offset`,
  );
}
