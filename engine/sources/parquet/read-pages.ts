import { crc32 } from 'node:zlib';
import type { CompressionCodec, Compressors, DataReader, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { checkThrift } from './check-thrift.ts';
import type { ChunkBytes } from './chunk-bytes.ts';
import { packedLevelBytes, readLevels, readPackedLevels } from './read-levels.ts';

export interface DictionaryPage {
  readonly kind: 'dictionary';
  readonly count: number;
  /** Plain values, decompressed. */
  readonly values: Uint8Array;
}

export interface DataPage {
  readonly kind: 'data';
  readonly rows: number;
  /** Rows that have a value. */
  readonly present: number;
  /** One byte per row, 1 where it has a value; null when all have. */
  readonly levels: Uint8Array | null;
  readonly encoding: string;
  /** The encoded values, decompressed; levels are cut off. */
  readonly values: Uint8Array;
}

export interface PageReader {
  /** The next page that holds anything; null after the last row. */
  next(): Promise<DictionaryPage | DataPage | null>;
}

export interface PageReaderOptions {
  readonly chunk: ChunkBytes;
  readonly codec: CompressionCodec;
  readonly decompressors: Compressors;
  /** Whether the column has definition levels. */
  readonly optional: boolean;
  /** Rows of the row group: reading stops there. */
  readonly rows: number;
}

/** No writer makes such pages, damaged headers do; memory is taken by what they say. */
const MAX_PAGE = 1 << 30;
const MAX_PAGE_ROWS = 1 << 26;

/** Reads the pages of a flat column's chunk in order; `next` throws a plain Error on anything that is not right. */
export function createPageReader(options: PageReaderOptions): PageReader {
  const { chunk, rows } = options;
  let seen = 0;
  let at = 0;
  return {
    async next() {
      while (seen < rows) {
        if (at >= chunk.length) throw new Error(`its pages end after ${seen} of ${rows} rows`);
        const { header, length } = await readHeader(chunk, at);
        at += length;
        const size = header.compressed_page_size;
        const left = chunk.length - at;
        if (header.uncompressed_page_size > MAX_PAGE)
          throw new Error(`a page of ${header.uncompressed_page_size} bytes`);
        if (!(size >= 0 && size <= left)) throw new Error(`a page of ${size} bytes where ${left} are left`);
        const told = (header.data_page_header ?? header.data_page_header_v2)?.num_values ?? 0;
        if (!(told >= 0 && told <= Math.min(rows - seen, MAX_PAGE_ROWS)))
          throw new Error(`a page of ${told} rows where ${rows - seen} are left`);
        const bytes = await chunk.take(at, size);
        at += size;
        if (header.crc !== undefined && crc32(bytes) !== header.crc >>> 0)
          throw new Error('a page fails its checksum');
        const page = pageOf(header, bytes, options);
        if (page?.kind === 'data') seen += page.rows;
        // Rows that the footer doesn't tell of would be lost without a word.
        if (seen === rows && at < chunk.length)
          throw new Error(`${chunk.length - at} bytes behind its last row`);
        if (page) return page;
      }
      return null;
    },
  };
}

/** Headers have no length of their own; few are longer than the first try. */
const HEADER_BYTES = [1 << 12, 1 << 20, 1 << 26];

async function readHeader(
  chunk: ChunkBytes,
  at: number,
): Promise<{ readonly header: PageHeader; readonly length: number }> {
  for (const bytes of HEADER_BYTES) {
    const { buffer, byteOffset, byteLength } = await chunk.take(at, bytes);
    const reader: DataReader = { view: new DataView(buffer, byteOffset, byteLength), offset: 0 };
    try {
      checkThrift(reader.view, 0);
      return { header: parquetHeader(reader), length: reader.offset };
    } catch (error) {
      // It may only have ended early.
      if (byteLength < bytes) throw error;
    }
  }
  throw new Error('a page header without an end');
}

function pageOf(
  header: PageHeader,
  bytes: Uint8Array,
  options: PageReaderOptions,
): DictionaryPage | DataPage | null {
  if (header.type === 'DICTIONARY_PAGE') return dictionaryPage(header, bytes, options);
  if (header.type === 'DATA_PAGE') return pageV1(header, bytes, options);
  // Index pages, and kinds that the format may yet get, hold no values.
  return header.type === 'DATA_PAGE_V2' ? pageV2(header, bytes, options) : null;
}

function dictionaryPage(
  header: PageHeader,
  bytes: Uint8Array,
  { codec, decompressors }: PageReaderOptions,
): DictionaryPage {
  const count = header.dictionary_page_header?.num_values ?? 0;
  const values = decompressPage(bytes, header.uncompressed_page_size, codec, decompressors);
  if (!(count >= 0 && count <= values.length))
    throw new Error(`a dictionary of ${count} in ${values.length} bytes`);
  return { kind: 'dictionary', count, values };
}

function pageV1(
  header: PageHeader,
  bytes: Uint8Array,
  { codec, decompressors, optional }: PageReaderOptions,
): DataPage {
  const detail = header.data_page_header;
  if (!detail) throw new Error('a data page without its header');
  const { num_values: rows, encoding, definition_level_encoding: levelEncoding } = detail;
  if (rows === 0) return { kind: 'data', rows, present: 0, levels: null, encoding, values: NOTHING };
  const page = decompressPage(bytes, header.uncompressed_page_size, codec, decompressors);
  if (!optional) return { kind: 'data', rows, present: rows, levels: null, encoding, values: page };
  const { at, length, read } = levelsOfV1(page, rows, levelEncoding);
  if (at + length > page.length) throw new Error(`levels of ${length} bytes in a page of ${page.length}`);
  const { levels, present } = read({ bytes: page.subarray(at, at + length), rows });
  return { kind: 'data', rows, present, levels, encoding, values: page.subarray(at + length) };
}

const NOTHING = new Uint8Array(0);

/** Where definition levels stand in a version 1 page: behind their length, unless they are packed. */
function levelsOfV1(page: Uint8Array, rows: number, encoding: string) {
  if (encoding === 'BIT_PACKED') return { at: 0, length: packedLevelBytes(rows), read: readPackedLevels };
  if (encoding !== 'RLE') throw new Error(`definition levels in ${encoding}`);
  if (page.length < 4) throw new Error(`a page of ${page.length} bytes`);
  const length = new DataView(page.buffer, page.byteOffset, 4).getUint32(0, true);
  return { at: 4, length, read: readLevels };
}

function pageV2(
  header: PageHeader,
  bytes: Uint8Array,
  { codec, decompressors, optional }: PageReaderOptions,
): DataPage {
  const detail = header.data_page_header_v2;
  if (!detail) throw new Error('a data page without its header');
  const { num_values: rows, encoding } = detail;
  const repetition = detail.repetition_levels_byte_length;
  const start = repetition + detail.definition_levels_byte_length;
  if (!(repetition >= 0 && start >= repetition && start <= bytes.length))
    throw new Error(`levels of ${start} bytes in a page of ${bytes.length}`);
  const { levels, present } =
    optional && detail.num_nulls > 0
      ? readLevels({ bytes: bytes.subarray(repetition, start), rows })
      : { levels: null, present: rows };
  if (present !== rows - detail.num_nulls)
    throw new Error('a page whose count of nulls is not that of its levels');
  const body = bytes.subarray(start);
  const isPlainBody = detail.is_compressed === false || body.length === 0;
  const values = isPlainBody
    ? body
    : decompressPage(body, header.uncompressed_page_size - start, codec, decompressors);
  return { kind: 'data', rows, present, levels, encoding, values };
}
