import { createHash } from 'node:crypto';
import { type FileMetaData, parquetMetadata } from 'hyparquet';
import { GmvError, reasonOf } from '../../errors.ts';
import type { Schema } from '../../events/order-schema.ts';
import { say } from '../../protocol/sayings.ts';
import { checkColumns } from './check-columns.ts';
import { checkFooter } from './check-footer.ts';
import { checkThrift } from './check-thrift.ts';
import { type FileState, type OpenFileBytes, openFileBytes } from './file-bytes.ts';
import { checkFooterChecksum } from './footer-checksum.ts';
import { type ParquetRowGroup, rowGroupsOf } from './row-groups.ts';
import type { StoredColumn } from './stored-column.ts';

/** An open Parquet file whose columns fit the schema. */
export interface ParquetFile {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  readonly rowGroups: readonly ParquetRowGroup[];
  /**
   * SHA-256 (hex) over the file's length and its footer, which holds every row group's place, size and
   * statistics: equal for copies, different when a file was written anew from other rows.
   */
  readonly fingerprint: string;
  /** Last modification before it was read; epoch ms with a fraction. */
  readonly modifiedMs: number;
  /** The checked columns, by name; one that is nullable and that the file lacks is not among them. */
  readonly columns: ReadonlyMap<string, StoredColumn>;
  /** Reads `length` bytes at `offset`; throws when the file has fewer. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** The open file as it is now: another size or time means that it was written to. */
  currentState(): Promise<FileState>;
  close(): Promise<void>;
}

/**
 * Opens a Parquet file, reads its footer and checks `columns` (names of `schema`) against it. Columns that the
 * schema doesn't know are ignored; a nullable one that the file lacks reads as null.
 *
 * @throws GmvError `parquet_file` (missing, empty, cut short, no Parquet at all) or `parquet_columns`
 * (missing columns, wrong types), each naming the file, what was found and what to do.
 */
export async function openParquetFile(
  path: string,
  schema: Schema,
  columns: readonly string[],
  openBytes: OpenFileBytes = openFileBytes,
): Promise<ParquetFile> {
  const file = await openBytes(path);
  const { state, read, currentState, close } = file;
  const { bytes } = state;
  try {
    const footer = await readFooter({ path, size: bytes, read });
    const metadata = parseFooter(footer);
    const rowGroups = rowGroupsOf(metadata, schema);
    checkRowGroups(path, rowGroups);
    return {
      path,
      bytes,
      rows: rowGroups.reduce((sum, { rows }) => sum + rows, 0),
      columns: checkColumns({ path, bytes, metadata, schema, columns }),
      rowGroups,
      fingerprint: createHash('sha256').update(`${bytes}:`).update(footer).digest('hex'),
      modifiedMs: state.modifiedMs,
      read,
      currentState,
      close,
    };
  } catch (error) {
    await close();
    if (error instanceof GmvError) throw error;
    // A damaged footer shows itself anywhere, as whatever error its values cause.
    const reason = reasonOf(error);
    throw notParquet(say('footer_unread', { file: path, why: reason }), error);
  }
}

interface FooterOptions {
  readonly path: string;
  readonly size: number;
  readonly read: ParquetFile['read'];
}

const MAGIC = 'PAR1';
const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** The footer with its length and the closing magic. */
async function readFooter({ path, size, read }: FooterOptions): Promise<Uint8Array> {
  if (size === 0) throw notParquet(say('file_empty', { file: path }));
  if (size < 12) throw notParquet(say('file_too_short', { file: path, bytes: size }));
  const head = text(await read(0, 4));
  const tail = await read(size - 8, 8);
  const closing = text(tail.subarray(4));
  if (closing === 'PARE') throw notParquet(say('footer_encrypted', { file: path }));
  if (head !== MAGIC) throw notParquet(say('not_parquet', { file: path }));
  if (closing !== MAGIC) throw notParquet(say('file_cut_short', { file: path }));
  const length = new DataView(tail.buffer).getUint32(0, true);
  if (length + 12 > size) throw notParquet(say('footer_too_long', { file: path, length, bytes: size }));
  return read(size - length - 8, length + 8);
}

/** A signed plain footer (apache/parquet-format, Encryption.md) is followed by a nonce and a tag. */
const SIGNATURE_BYTES = 28;

function parseFooter(footer: Uint8Array): FileMetaData {
  const raw = (value: bigint): bigint => value;
  const parsers = {
    timestampFromMilliseconds: raw,
    timestampFromMicroseconds: raw,
    timestampFromNanoseconds: raw,
  };
  const length = footer.byteLength - 8;
  const behind = length - checkThrift(new DataView(footer.buffer, footer.byteOffset, length), 0);
  // What a damaged byte cut off would be missed by no one else.
  if (behind !== 0 && behind !== SIGNATURE_BYTES) throw new Error(`${behind} bytes behind its end`);
  const metadata = parquetMetadata(footer, { parsers, geoparquet: false });
  checkFooterChecksum(footer, metadata);
  checkFooter(metadata);
  return metadata;
}

function checkRowGroups(path: string, groups: readonly ParquetRowGroup[]): void {
  const wrong = groups.find(({ rows }) => !(rows >= 0 && Number.isSafeInteger(rows)));
  if (wrong)
    throw notParquet(say('row_group_rows', { file: path, rows: wrong.rows, number: wrong.index + 1 }));
}

const notParquet = (what: string, cause?: unknown): GmvError =>
  new GmvError('parquet_file', what, say('write_again'), { cause });
