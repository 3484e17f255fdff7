import { posix, win32 } from 'node:path';
import { GmvError } from '../errors.ts';
import type { FlinkType, OrderFiles } from '../export/flink-sql/order-table.ts';
import type { Plan } from '../plan/plan.ts';
import { openFileBytes } from '../sources/parquet/file-bytes.ts';
import { readFirstCurrency } from '../sources/parquet/first-currency.ts';
import { openParquetFile } from '../sources/parquet/open-file.ts';
import type { StoredColumn } from '../sources/parquet/stored-column.ts';
import { describeType } from '../sources/parquet/stored-type.ts';

/**
 * Files as Flink needs to be told of them: by folder, and by the types of their columns, which their footers say.
 *
 * @param files absolute paths
 * @throws GmvError `export_column` that names file and column where Flink can't read its type, `parquet_…`.
 */
export async function flinkFiles(plan: Plan, files: readonly string[]): Promise<OrderFiles[]> {
  const groups = new Map<string, OrderFiles & { readonly names: string[] }>();
  for (const file of files) {
    const types = await typesOf(plan, file);
    const path = file.replaceAll(win32.sep, posix.sep);
    const folder = posix.dirname(path);
    const key = JSON.stringify([folder, [...types]]);
    const group = groups.get(key) ?? { folder, names: [], types };
    groups.set(key, group);
    group.names.push(posix.basename(path));
  }
  return [...groups.values()];
}

/** The currency of the first row that has one, as a replay of the same files takes it; null where none has. */
export async function currencyOfFiles(files: readonly string[]): Promise<string | null> {
  for (const file of files) {
    const { currency } = await readFirstCurrency(file, openFileBytes);
    if (currency !== null) return currency;
  }
  return null;
}

async function typesOf(plan: Plan, path: string): Promise<Map<string, FlinkType>> {
  const file = await openParquetFile(path, plan.schema, plan.columns);
  await file.close();
  const types = new Map<string, FlinkType>();
  for (const [name, column] of file.columns) {
    const type = flinkType(column);
    if (type === null) {
      throw new GmvError(
        'export_column',
        `${path} stores ${name} as ${describeType(column.element)}, which Flink's Parquet format does not read as ${column.definition.kind}`,
        'Cast it to VARCHAR, INTEGER, BIGINT or TIMESTAMP when writing the file, or use the engine.',
      );
    }
    types.set(name, type);
  }
  return types;
}

function flinkType({ reading, definition }: StoredColumn): FlinkType | null {
  const isNumber = definition.kind === 'integer' || definition.kind === 'money';
  if (reading.as === 'text') return 'STRING';
  if (reading.as === 'timestamp' || reading.as === 'int96') return 'TIMESTAMP(3)';
  if (reading.as !== 'integer' || !isNumber || !reading.signed) return null;
  return reading.bits === 32 ? 'INT' : 'BIGINT';
}
