import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { GmvError } from '../errors.ts';
import type { ColumnDefinition, Schema } from '../events/order-schema.ts';
import { FOOTER_CHECKSUM, sealFooter, WRITER } from '../sources/parquet/footer-checksum.ts';
import type { ColumnBuilder, ColumnValues } from './encoded-chunk.ts';
import { createNumberColumn } from './number-column.ts';
import { createTextColumn, createUniqueTextColumn } from './text-column.ts';
import { writeChunk } from './write-chunk.ts';

export interface OrderFileWriterOptions {
  /** The file to be; its folder is made if it isn't there. A file of that name is replaced on `close`. */
  readonly path: string;
  readonly schema: Schema;
  /** Rows of a row group; default 122,880. About 150 bytes of memory a row. */
  readonly rowGroupRows?: number;
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

const ROW_GROUP_ROWS = 122_880;
const MAGIC = 0x31524150;

/**
 * Writes order events as a Parquet file in our schema (snappy, every column nullable), a row group at a time. Pages and
 * footer carry checksums.
 */
export async function createOrderFileWriter(options: OrderFileWriterOptions): Promise<OrderFileWriter> {
  const { schema, rowGroupRows = ROW_GROUP_ROWS } = options;
  const path = resolve(options.path);
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => notWritten(path, cause));
  const handle = await open(part, 'w').catch((cause: unknown) => notWritten(path, cause));
  const writer = new ByteWriter(1 << 20);
  const columns = schema.map((definition) => ({
    name: definition.name,
    element: elementOf(definition),
    builder: builderOf(definition, rowGroupRows),
  }));
  const groups: RowGroup[] = [];
  const nothing: ColumnValues = [];
  let rows = 0;
  let gathered = 0;
  writer.appendUint32(MAGIC);

  const write = async (): Promise<void> => {
    await handle.writeFile(writer.getBytes()).catch((cause: unknown) => notWritten(path, cause));
    writer.index = 0;
  };

  const endGroup = async (): Promise<void> => {
    const start = writer.offset;
    const chunks = columns.map(({ element, builder }) =>
      writeChunk({ writer, element, rows: gathered, chunk: builder.encode() }),
    );
    groups.push({
      columns: chunks,
      num_rows: BigInt(gathered),
      total_byte_size: chunks.reduce((sum, { meta_data: m }) => sum + (m?.total_uncompressed_size ?? 0n), 0n),
      total_compressed_size: BigInt(writer.offset - start),
    });
    rows += gathered;
    gathered = 0;
    await write();
  };

  const discard = async (): Promise<void> => {
    await handle.close();
    await rm(part, { force: true });
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
        const footerAt = writer.index;
        writeMetadata(writer, {
          version: 2,
          created_by: WRITER,
          schema: [{ name: 'order_events', num_children: columns.length }, ...columns.map((c) => c.element)],
          num_rows: BigInt(rows),
          row_groups: groups,
          key_value_metadata: [FOOTER_CHECKSUM],
          metadata_length: 0,
        });
        writer.appendUint32(MAGIC);
        sealFooter(writer.getBytes().subarray(footerAt));
        await write();
        await handle.sync();
        await handle.close();
        await rename(part, path);
        await syncFolder(dirname(path));
      } catch (error) {
        await discard();
        throw error instanceof GmvError ? error : notWritten(path, error);
      }
      return { rows, bytes: writer.offset };
    },
    discard,
  };
}

function notWritten(path: string, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new GmvError(
    'archive_write',
    `${path} can't be written: ${reason}`,
    'Check permissions and free space.',
    {
      cause,
    },
  );
}

/** Makes the renaming itself durable. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function elementOf({ name, kind }: ColumnDefinition): SchemaElement {
  const common = { name, repetition_type: 'OPTIONAL' as const };
  if (kind === 'integer') return { ...common, type: 'INT32', converted_type: 'INT_32' };
  if (kind === 'money') return { ...common, type: 'INT64', converted_type: 'INT_64' };
  if (kind === 'time') {
    const logical = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } as const;
    return { ...common, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', logical_type: logical };
  }
  return { ...common, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
}

function builderOf({ name, kind }: ColumnDefinition, capacity: number): ColumnBuilder {
  if (!(capacity >= 1 && capacity <= 4_000_000)) {
    throw new GmvError('archive_value', `a row group of ${capacity} rows`, 'Take 1 to 4,000,000 rows.');
  }
  if (kind === 'integer') return createNumberColumn({ name, bits: 32, capacity });
  if (kind === 'money' || kind === 'time') return createNumberColumn({ name, bits: 64, capacity });
  return kind === 'id128' ? createUniqueTextColumn({ name, capacity }) : createTextColumn({ name, capacity });
}
