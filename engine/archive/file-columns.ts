import { columnOf } from '../events/event-batch.ts';
import type { ColumnDefinition } from '../events/order-schema.ts';
import type { ArchiveColumns } from './archive-columns.ts';
import { elementOf } from './column-element.ts';
import type { ColumnBuilder } from './encoded-chunk.ts';
import { pick } from './gathered-rows.ts';
import { createNumberColumn } from './number-column.ts';
import type { WriterColumn } from './parquet-writer.ts';
import type { RowBlock } from './row-block.ts';
import { createTextColumn, createUniqueSpannedColumn } from './text-column.ts';
import { createCodedEntries, createSpannedEntries } from './text-entries.ts';
import type { TextTable } from './text-table.ts';

/** Encodes one column of archived rows, one row group after the other, for one file after the other. */
export interface FileColumn extends WriterColumn {
  /** Takes the block's rows in the given order. */
  append(block: RowBlock, order: Uint32Array): void;
}

export interface FileColumnsOptions {
  readonly columns: ArchiveColumns;
  /** Of each column of codes. */
  readonly tables: Readonly<Record<string, TextTable>>;
  /** Most rows of a row group; about 400 bytes of memory each. */
  readonly capacity: number;
}

/** Values in order: used by one column after the other. */
interface Scratch {
  readonly numbers: Float64Array;
  readonly codes: Int32Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
}

export function createFileColumns(options: FileColumnsOptions): readonly FileColumn[] {
  const { columns, capacity } = options;
  const scratch = {
    numbers: new Float64Array(capacity),
    codes: new Int32Array(capacity),
    start: new Uint32Array(capacity),
    end: new Uint32Array(capacity),
  };
  return columns.schema.map((definition) => fileColumn(definition, options, scratch));
}

/** Gives larger ones when they are needed, and else the same again. */
export function createGrowingColumns(options: Omit<FileColumnsOptions, 'capacity'>) {
  let columns: readonly FileColumn[] = [];
  let capacity = 0;
  return (rows: number): readonly FileColumn[] => {
    if (rows > capacity) {
      capacity = Math.max(rows, capacity * 2);
      columns = createFileColumns({ ...options, capacity });
    }
    return columns;
  };
}

function fileColumn(definition: ColumnDefinition, options: FileColumnsOptions, scratch: Scratch): FileColumn {
  const { columns, tables, capacity } = options;
  const { name } = definition;
  const element = elementOf(definition);
  const one = <V>(builder: ColumnBuilder<V>, valuesOf: (block: RowBlock, order: Uint32Array) => V) => ({
    element,
    builder,
    append: (block: RowBlock, order: Uint32Array) => builder.append(valuesOf(block, order), 0, order.length),
  });
  if (columns.numbers.includes(name)) {
    const sorted = scratch.numbers;
    return one(createNumberColumn({ name, bits: 64, capacity }), ({ numbers }, order) => {
      pick(columnOf(numbers, name), order, order.length, sorted, 0);
      return sorted;
    });
  }
  if (columns.coded.includes(name)) {
    const table = columnOf(tables, name);
    const { codes } = scratch;
    return one(createTextColumn({ name, capacity, entries: createCodedEntries() }), (block, order) => {
      pick(columnOf(block.codes, name), order, order.length, codes, 0);
      return { codes, table };
    });
  }
  const { start, end } = scratch;
  const builder =
    name === columns.uniqueId
      ? createUniqueSpannedColumn({ capacity })
      : createTextColumn({ name, capacity, entries: createSpannedEntries() });
  return one(builder, ({ ids, bytes }, order) => {
    const spans = columnOf(ids, name);
    pick(spans.start, order, order.length, start, 0);
    pick(spans.end, order, order.length, end, 0);
    return { bytes, start, end };
  });
}
