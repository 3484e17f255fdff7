import { type FileMetaData, parquetSchema, type SchemaTree } from 'hyparquet';

/** A column of the file's own, top level. */
export interface StoredField {
  readonly tree: SchemaTree;
  /** Position of its first chunk in every row group: nested columns before it have one for each leaf. */
  readonly leaf: number;
  /** Whether the file has another column of that name. */
  isTwice: boolean;
}

/** The file's columns by name; of two with one name the first. */
export function fieldsOf(metadata: FileMetaData): Map<string, StoredField> {
  const fields = new Map<string, StoredField>();
  let leaf = 0;
  for (const tree of parquetSchema(metadata).children) {
    const before = fields.get(tree.element.name);
    if (before) before.isTwice = true;
    else fields.set(tree.element.name, { tree, leaf, isTwice: false });
    leaf += leavesOf(tree);
  }
  return fields;
}

/** Chunks have columns with a type; a group may be empty. */
const leavesOf = ({ element, children }: SchemaTree): number =>
  element.type === undefined ? children.reduce((sum, child) => sum + leavesOf(child), 0) : 1;
