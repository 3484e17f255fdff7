import { type FileMetaData, parquetSchema, type SchemaTree } from 'hyparquet';

/**
 * Holds what a footer says twice against each other, and that it says what the format requires: a damaged footer
 * that is still Thrift renames a column or drops a row group rather than failing by itself.
 *
 * @throws Error that says what doesn't fit.
 */
export function checkFooter(metadata: FileMetaData): void {
  const leaves = leavesOf(parquetSchema(metadata));
  // Some writers leave the name of the whole empty.
  for (const { name } of metadata.schema.slice(1)) require(name, 'a column without a name');
  let rows = 0n;
  for (const [index, group] of metadata.row_groups.entries()) {
    const where = `row group ${index}`;
    rows += group.num_rows;
    if (group.columns.length !== leaves.length) {
      throw new Error(`${where} has ${group.columns.length} columns where the schema has ${leaves.length}`);
    }
    for (const [i, { element, path }] of leaves.entries()) {
      const chunk = group.columns[i]?.meta_data;
      if (!chunk) continue;
      require(chunk.encodings, `${where} has a column without encodings`);
      require(chunk.total_uncompressed_size, `${where} has a column without its size`);
      const isSame =
        chunk.path_in_schema.length === path.length && path.every((p, n) => p === chunk.path_in_schema[n]);
      if (isSame && chunk.type === element.type) continue;
      const [told, meant] = [chunk.path_in_schema.join('.'), path.join('.')];
      throw new Error(`${where} has ${told} (${chunk.type}) where the schema has ${meant} (${element.type})`);
    }
  }
  if (rows !== metadata.num_rows) throw new Error(`${metadata.num_rows} rows, ${rows} in its row groups`);
}

/** Columns with values, as row groups list them. */
const leavesOf = (tree: SchemaTree): SchemaTree[] =>
  tree.element.type === undefined ? tree.children.flatMap(leavesOf) : [tree];

function require(value: unknown, problem: string): void {
  if (value === undefined || value === '') throw new Error(problem);
}
