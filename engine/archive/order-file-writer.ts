import { GmvError } from '../errors.ts';
import type { ColumnDefinition, Schema } from '../events/order-schema.ts';
import { elementOf } from './column-element.ts';
import type { ColumnBuilder, ColumnValues } from './encoded-chunk.ts';
import { createNumberColumn } from './number-column.ts';
import { type PageCodec, SNAPPY_PAGES } from './page-codec.ts';
import { createParquetWriter } from './parquet-writer.ts';
import { createTextColumn, createUniqueTextColumn } from './text-column.ts';
import { createStringEntries } from './text-entries.ts';

export interface OrderFileWriterOptions {
  /** The file to be; its folder is made if it isn't there. A file of that name is replaced on `close`. */
  readonly path: string;
  readonly schema: Schema;
  /** Rows of a row group; default 122,880. About 150 bytes of memory a row. */
  readonly rowGroupRows?: number;
  /** Default: snappy. */
  readonly codec?: PageCodec;
}

export interface OrderFileWriter {
  /**
   * Appends `length` events, given as columns by name: texts as strings, amounts and integers as exact
   * integers, event_time as epoch milliseconds; null, undefined and NaN are nulls, and so is a missing column.
   *
   * @throws GmvError `archive_value` for a value that its column can't hold; the file is then no longer good;
   * `archive_write` where the disk refuses.
   */
  append(columns: Readonly<Record<string, ColumnValues>>, length: number): Promise<void>;
  /**
   * Writes the footer, syncs, and gives the file its name; before that there is only `<path>.part`.
   *
   * @throws GmvError `archive_write` (a full disk, for one); nothing is left of the file.
   */
  close(): Promise<{ readonly rows: number; readonly bytes: number }>;
  /** Gives up: nothing is left of the file. */
  discard(): Promise<void>;
}

/** Rows of a row group where no one says otherwise. */
export const ROW_GROUP_ROWS = 122_880;

/**
 * Writes order events as a Parquet file in our schema (every column nullable), a row group at a time. Pages and footer
 * carry checksums.
 */
export async function createOrderFileWriter(options: OrderFileWriterOptions): Promise<OrderFileWriter> {
  const { path, schema, rowGroupRows = ROW_GROUP_ROWS, codec = SNAPPY_PAGES } = options;
  if (!(rowGroupRows >= 1 && rowGroupRows <= 4_000_000)) {
    throw new GmvError('archive_value', `a row group of ${rowGroupRows} rows`, 'Take 1 to 4,000,000 rows.');
  }
  const columns = schema.map((definition) => ({
    name: definition.name,
    element: elementOf(definition),
    builder: builderOf(definition),
  }));
  const writer = await createParquetWriter({ path, columns, codec });
  const nothing: ColumnValues = [];
  let gathered = 0;

  const endGroup = async (): Promise<void> => {
    await writer.endGroup(gathered);
    gathered = 0;
  };

  return {
    async append(values, length) {
      for (let from = 0; from < length; ) {
        const to = Math.min(length, from + rowGroupRows - gathered);
        for (const { name, builder } of columns) builder.append(values[name] ?? nothing, from, to);
        gathered += to - from;
        from = to;
        if (gathered === rowGroupRows) await endGroup();
      }
    },
    async close() {
      try {
        if (gathered > 0) await endGroup();
      } catch (error) {
        await writer.discard();
        throw error;
      }
      const { rows, bytes } = await writer.close();
      return { rows, bytes };
    },
    discard: writer.discard,
  };
}

function builderOf({ name, kind }: ColumnDefinition): ColumnBuilder {
  if (kind === 'integer') return createNumberColumn({ name, bits: 32 });
  if (kind === 'money' || kind === 'time') return createNumberColumn({ name, bits: 64 });
  if (kind === 'id128') return createUniqueTextColumn(name);
  return createTextColumn(createStringEntries(name));
}
