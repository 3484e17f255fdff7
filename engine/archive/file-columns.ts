import { columnOf } from '../events/event-batch.ts';
import type { ColumnDefinition } from '../events/order-schema.ts';
import { viewOf } from '../events/view-of.ts';
import type { ArchiveColumns } from './archive-columns.ts';
import { elementOf } from './column-element.ts';
import type { ColumnBuilder } from './encoded-chunk.ts';
import { pick } from './gathered-rows.ts';
import { growRoom } from './grow-room.ts';
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
}

/** Numbers in order: used by one column after the other. */
interface Scratch {
  numbers: Float64Array;
}

/** Columns that take any number of rows; the largest row group takes about 400 bytes of memory a row. */
export function createFileColumns(options: FileColumnsOptions): readonly FileColumn[] {
  const scratch: Scratch = { numbers: new Float64Array(0) };
  return options.columns.schema.map((definition) => fileColumn(definition, options, scratch));
}

function fileColumn(definition: ColumnDefinition, options: FileColumnsOptions, scratch: Scratch): FileColumn {
  const { columns, tables } = options;
  const { name } = definition;
  const element = elementOf(definition);
  const one = <V>(builder: ColumnBuilder<V>, valuesOf: (block: RowBlock, order: Uint32Array) => V) => ({
    element,
    builder,
    append: (block: RowBlock, order: Uint32Array) => builder.append(valuesOf(block, order), 0, order.length),
  });
  if (columns.numbers.includes(name)) {
    return one(createNumberColumn({ name, bits: 64 }), ({ numbers }, order) => {
      scratch.numbers = growRoom(scratch.numbers, order.length);
      pick(columnOf(numbers, name), order, order.length, scratch.numbers, 0);
      return scratch.numbers;
    });
  }
  if (columns.coded.includes(name)) {
    const table = columnOf(tables, name);
    return one(createTextColumn(createCodedEntries()), ({ codes }, rows) => {
      return { codes: columnOf(codes, name), rows, table };
    });
  }
  const builder =
    name === columns.uniqueId ? createUniqueSpannedColumn() : createTextColumn(createSpannedEntries());
  return one(builder, ({ ids, bytes }, rows) => {
    return { view: viewOf(bytes), ...columnOf(ids, name), rows };
  });
}
