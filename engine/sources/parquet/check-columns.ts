import type { FileMetaData } from 'hyparquet';
import { GmvError } from '../../errors.ts';
import type { ColumnDefinition, Schema } from '../../events/order-schema.ts';
import { canDecompress } from './decompress.ts';
import { placeOf, type Reading, readingOf, type StoredColumn } from './stored-column.ts';
import { fieldsOf, type StoredField } from './stored-fields.ts';
import { describeType, isNullType } from './stored-type.ts';

export interface CheckColumnsOptions {
  readonly path: string;
  /** Length of the file. */
  readonly bytes: number;
  readonly metadata: FileMetaData;
  readonly schema: Schema;
  /** Names of the schema's columns that will be read. */
  readonly columns: readonly string[];
}

/**
 * Finds each column in the file. All that is wrong is told in one error.
 *
 * @throws GmvError `parquet_columns`.
 */
export function checkColumns(options: CheckColumnsOptions): Map<string, StoredColumn> {
  const { path, bytes, metadata, schema, columns } = options;
  const fields = fieldsOf(metadata);
  const found = new Map<string, StoredColumn>();
  const problems: string[] = [];
  for (const definition of schema) {
    if (!columns.includes(definition.name)) continue;
    const field = fields.get(definition.name);
    const column = field ? storedColumn(definition, field, metadata, bytes) : null;
    if (typeof column === 'string') problems.push(column);
    else if (column) found.set(definition.name, column);
    else if (!definition.nullable) problems.push(missing(definition.name, fields));
  }
  if (problems.length > 0) {
    throw new GmvError(
      'parquet_columns',
      `${path}: ${problems.join('; ')}`,
      `The file has the columns ${[...fields.keys()].join(', ')}. Rename or cast them to the order event's schema.`,
    );
  }
  return found;
}

function missing(name: string, fields: ReadonlyMap<string, StoredField>): string {
  const alike = [...fields.keys()].find((other) => other.toLowerCase() === name.toLowerCase());
  return `column "${name}" is missing${alike ? ` (there is "${alike}": names are case-sensitive)` : ''}`;
}

/** The column, or what is wrong with it. */
function storedColumn(
  definition: ColumnDefinition,
  { tree, leaf }: StoredField,
  metadata: FileMetaData,
  bytes: number,
): StoredColumn | string {
  const { element } = tree;
  const { name, nullable } = definition;
  const isFlat = tree.children.length === 0 && element.repetition_type !== 'REPEATED';
  let reading: Reading | { wrong: string } = { wrong: 'a flat column is needed' };
  if (isFlat) reading = readingOf(definition, element);
  // Writers that infer types give a column without values a type of their own choice.
  if (isFlat && nullable && (isNullType(element) || ('wrong' in reading && isAllNull(metadata, leaf))))
    reading = { as: 'nulls' };
  if ('wrong' in reading) return `column "${name}" is ${describeType(element)}, ${reading.wrong}`;
  for (const { columns, num_rows: rows } of metadata.row_groups) {
    if (rows === 0n) continue;
    const chunk = columns[leaf];
    if (!chunk?.meta_data || chunk.file_path)
      return `column "${name}" is encrypted or stored in another file`;
    const { codec, num_values: values } = chunk.meta_data;
    if (values !== rows) return `column "${name}" has ${values} values in a row group of ${rows} rows`;
    const { start, length } = placeOf(chunk.meta_data);
    if (!(start >= 4 && length >= 0 && start + length <= bytes)) {
      return `column "${name}" lies outside the file (${length} bytes at ${start})`;
    }
    if (!canDecompress(codec))
      return `column "${name}" is compressed with ${codec}; write it with zstd or snappy`;
  }
  return { definition, leaf, element, optional: element.repetition_type !== 'REQUIRED', reading };
}

/** Whether the footer says so of every row group; reading holds it to that. */
const isAllNull = ({ row_groups: groups }: FileMetaData, leaf: number): boolean =>
  groups.every(({ columns, num_rows: rows }) => columns[leaf]?.meta_data?.statistics?.null_count === rows);
