import { type FileMetaData, parquetSchema, type SchemaTree } from 'hyparquet';
import { GmvError } from '../../errors.ts';
import type { ColumnDefinition, Schema } from '../../events/order-schema.ts';
import { canDecompress } from './decompress.ts';
import { describeType, placeOf, readingOf, type StoredColumn } from './stored-column.ts';

export interface CheckColumnsOptions {
  readonly path: string;
  /** Length of the file. */
  readonly bytes: number;
  readonly metadata: FileMetaData;
  readonly schema: Schema;
  /** Names of the schema's columns that will be read. */
  readonly columns: readonly string[];
}

interface StoredField {
  readonly tree: SchemaTree;
  readonly leaf: number;
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

function fieldsOf(metadata: FileMetaData): Map<string, StoredField> {
  const fields = new Map<string, StoredField>();
  let leaf = 0;
  for (const tree of parquetSchema(metadata).children) {
    if (!fields.has(tree.element.name)) fields.set(tree.element.name, { tree, leaf });
    leaf += leavesOf(tree);
  }
  return fields;
}

const leavesOf = ({ children }: SchemaTree): number =>
  children.length === 0 ? 1 : children.reduce((sum, child) => sum + leavesOf(child), 0);

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
  const { name, kind } = definition;
  const isFlat = tree.children.length === 0 && element.repetition_type !== 'REPEATED';
  const reading = isFlat ? readingOf(kind, element) : { wrong: 'a flat column is needed' };
  if ('wrong' in reading) return `column "${name}" is ${describeType(element)}, ${reading.wrong}`;
  for (const { columns } of metadata.row_groups) {
    const chunk = columns[leaf];
    if (!chunk?.meta_data || chunk.file_path)
      return `column "${name}" is encrypted or stored in another file`;
    const { start, length } = placeOf(chunk.meta_data);
    if (!(start >= 4 && length >= 0 && start + length <= bytes)) {
      return `column "${name}" lies outside the file (${length} bytes at ${start})`;
    }
    const { codec } = chunk.meta_data;
    if (!canDecompress(codec))
      return `column "${name}" is compressed with ${codec}; write it with zstd or snappy`;
  }
  return { definition, leaf, element, optional: element.repetition_type !== 'REQUIRED', reading };
}
