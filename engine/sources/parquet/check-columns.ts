import type { ColumnMetaData, FileMetaData } from 'hyparquet';
import { GmvError } from '../../errors.ts';
import type { ColumnDefinition, Schema } from '../../events/order-schema.ts';
import { say } from '../../protocol/sayings.ts';
import { canDecompress } from './decompress.ts';
import { type Reading, readingOf, type StoredChunk, type StoredColumn } from './stored-column.ts';
import { fieldsOf, type StoredField } from './stored-fields.ts';
import { contradiction, describeType, isNullType } from './stored-type.ts';

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
  if (problems.length === 0) problems.push(...overlaps([...found.values()]));
  if (problems.length > 0) {
    throw new GmvError(
      'parquet_columns',
      `${path}: ${problems.join('; ')}`,
      `${say('file_columns', { columns: [...fields.keys()].join(', ') })}. ${say('rename_columns')}`,
    );
  }
  return found;
}

/** Columns that share bytes: values of one would be read as the other's. */
function overlaps(columns: readonly StoredColumn[]): string[] {
  const groups = columns[0]?.chunks.length ?? 0;
  for (let group = 0; group < groups; group++) {
    const chunks = columns.map(({ definition, chunks }) => ({ name: definition.name, ...chunks[group] }));
    chunks.sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
    for (const [i, { name, start = 0, length = 0 }] of chunks.entries()) {
      const next = chunks[i + 1];
      if (length > 0 && next?.length && start + length > (next.start ?? 0)) {
        return [`columns "${name}" and "${next.name}" lie at the same place`];
      }
    }
  }
  return [];
}

function missing(name: string, fields: ReadonlyMap<string, StoredField>): string {
  const alike = [...fields.keys()].find((other) => other.toLowerCase() === name.toLowerCase());
  return alike
    ? say('column_missing_alike', { column: name, alike })
    : say('column_missing', { column: name });
}

/** The column, or what is wrong with it. */
function storedColumn(
  definition: ColumnDefinition,
  { tree, leaf, isTwice }: StoredField,
  metadata: FileMetaData,
  bytes: number,
): StoredColumn | string {
  const { element } = tree;
  const { name, nullable } = definition;
  if (isTwice) return say('column_twice', { column: name });
  const twice = contradiction(element);
  if (twice !== null) return `column "${name}" is ${twice}: nobody can tell which is meant`;
  const isFlat = tree.children.length === 0 && element.repetition_type !== 'REPEATED';
  let reading: Reading | { wrong: string } = { wrong: 'a flat column is needed' };
  if (isFlat) reading = readingOf(definition, element);
  // Writers that infer types give a column without values a type of their own choice.
  if (isFlat && nullable && (isNullType(element) || ('wrong' in reading && isAllNull(metadata, leaf))))
    reading = { as: 'nulls' };
  if ('wrong' in reading) return `column "${name}" is ${describeType(element)}, ${reading.wrong}`;
  const chunks = metadata.row_groups.map((group) => storedChunk(group, leaf, bytes));
  const wrong = chunks.find((chunk) => typeof chunk === 'string');
  if (wrong !== undefined) return `column "${name}" ${wrong}`;
  const optional = element.repetition_type !== 'REQUIRED';
  return { definition, element, optional, reading, chunks: chunks.filter((c) => typeof c !== 'string') };
}

/** The chunk of a column in one row group, or what is wrong with it. */
function storedChunk(
  { columns, num_rows: rows }: FileMetaData['row_groups'][number],
  leaf: number,
  bytes: number,
): StoredChunk | string {
  const { meta_data: meta, file_path: elsewhere, crypto_metadata: encrypted } = columns[leaf] ?? {};
  if (rows === 0n) return { start: 0, length: 0, codec: 'UNCOMPRESSED', isCoded: true };
  if (!meta || elsewhere || encrypted) return 'is encrypted or stored in another file';
  const { codec, num_values: values } = meta;
  if (values !== rows) return `has ${values} values in a row group of ${rows} rows`;
  // A dictionary, if any, comes first; some writers tell of none, others of one at 0.
  const dictionaryAt = Number(meta.dictionary_page_offset ?? 0n);
  const dataAt = Number(meta.data_page_offset);
  const start = dictionaryAt > 0 && dictionaryAt < dataAt ? dictionaryAt : dataAt;
  const length = Number(meta.total_compressed_size);
  if (!(start >= 4 && length >= 0 && start + length <= bytes))
    return `lies outside the file (${length} bytes at ${start})`;
  if (!canDecompress(codec)) return `is compressed with ${codec}; write it with zstd or snappy`;
  return { start, length, codec, isCoded: isCoded(meta) };
}

const OF_LEVELS: readonly string[] = ['RLE', 'BIT_PACKED'];
const OF_CODES: readonly string[] = ['RLE_DICTIONARY', 'PLAIN_DICTIONARY'];

/** Without statistics of its pages' encodings nothing tells a plain dictionary page from plain values. */
function isCoded({ encodings, encoding_stats: statistics }: ColumnMetaData): boolean {
  const ofValues = statistics
    ? statistics.filter(({ page_type: type }) => type !== 'DICTIONARY_PAGE').map(({ encoding }) => encoding)
    : encodings.filter((encoding) => !OF_LEVELS.includes(encoding));
  return ofValues.length > 0 && ofValues.every((encoding) => OF_CODES.includes(encoding));
}

/** Whether the footer says so of every row group; reading holds it to that. */
const isAllNull = ({ row_groups: groups }: FileMetaData, leaf: number): boolean =>
  groups.every(({ columns, num_rows: rows }) => columns[leaf]?.meta_data?.statistics?.null_count === rows);
