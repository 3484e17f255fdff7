import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import type { RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { GmvError, reasonOf } from '../errors.ts';
import { FOOTER_CHECKSUM, sealFooter, WRITER } from '../sources/parquet/footer-checksum.ts';
import { syncFolder } from '../sync-folder.ts';
import type { ColumnBuilder } from './encoded-chunk.ts';
import type { PageCodec } from './page-codec.ts';
import { writeChunk } from './write-chunk.ts';

export interface WriterColumn {
  readonly element: SchemaElement;
  readonly builder: Pick<ColumnBuilder, 'encode'>;
}

export interface ParquetWriterOptions {
  /** The file to be; its folder is made if it isn't there. A file of that name is replaced on `close`. */
  readonly path: string;
  readonly columns: readonly WriterColumn[];
  readonly codec: PageCodec;
}

/** What a finished file is. */
export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  /** CRC-32 of all its bytes. */
  readonly crc32: number;
}

export interface ParquetWriter {
  /**
   * Encodes what the columns' builders have gathered, `rows` rows each, as a row group.
   *
   * @throws GmvError `archive_write` where the disk refuses; what remains is to `discard`.
   */
  endGroup(rows: number): Promise<void>;
  /**
   * Writes the footer, syncs, and gives the file its name; before that there is only `<path>.part`.
   *
   * @throws GmvError `archive_write` (a full disk, for one); nothing is left of the file.
   */
  close(): Promise<WrittenFile>;
  /** Gives up: nothing is left of the file. */
  discard(): Promise<void>;
}

/** Room for a row group of orders: growing to it would copy it, and what is not written to costs nothing. */
const FIRST_BYTES = 1 << 23;

const MAGIC = 0x31524150;

/** Writes a Parquet file of flat columns. Pages and footer carry checksums. */
export async function createParquetWriter(options: ParquetWriterOptions): Promise<ParquetWriter> {
  const { columns, codec } = options;
  const path = resolve(options.path);
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => notWritten(path, cause));
  const handle = await open(part, 'w').catch((cause: unknown) => notWritten(path, cause));
  const writer = new ByteWriter(FIRST_BYTES);
  const groups: RowGroup[] = [];
  let rows = 0;
  let checksum = 0;
  writer.appendUint32(MAGIC);

  const write = async (): Promise<void> => {
    const bytes = writer.getBytes();
    checksum = crc32(bytes, checksum);
    await handle.writeFile(bytes).catch((cause: unknown) => notWritten(path, cause));
    writer.index = 0;
  };

  const discard = async (): Promise<void> => {
    await handle.close();
    await rm(part, { force: true });
  };

  return {
    async endGroup(gathered) {
      const start = writer.offset;
      const chunks = columns.map(({ element, builder }) =>
        writeChunk({ writer, element, rows: gathered, chunk: builder.encode(), codec }),
      );
      const uncompressed = chunks.reduce(
        (sum, { meta_data: m }) => sum + (m?.total_uncompressed_size ?? 0n),
        0n,
      );
      groups.push({
        columns: chunks,
        num_rows: BigInt(gathered),
        total_byte_size: uncompressed,
        total_compressed_size: BigInt(writer.offset - start),
      });
      rows += gathered;
      await write();
    },
    async close() {
      try {
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
      return { rows, bytes: writer.offset, crc32: checksum };
    },
    discard,
  };
}

/** Throws `archive_write` for an error of the file system. */
export function notWritten(path: string, cause: unknown): never {
  const reason = reasonOf(cause);
  const remedy = 'Check permissions and free space.';
  throw new GmvError('archive_write', `${path} can't be written: ${reason}`, remedy, {
    cause,
    retriable: true,
  });
}
