import { crc32 } from 'node:zlib';
import type { CompressionCodec, Compressors, DataReader, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { readLevels } from './read-levels.ts';

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

export interface ReadPagesOptions {
  /** A whole column chunk. */
  readonly chunk: Uint8Array;
  readonly codec: CompressionCodec;
  readonly decompressors: Compressors;
  /** Whether the column has definition levels. */
  readonly optional: boolean;
  /** Rows of the row group: reading stops there. */
  readonly rows: number;
}

/** No writer makes such pages, damaged headers do; memory is taken by what they say. */
const MAX_PAGE = 1 << 30;

/** The pages of a flat column's chunk, in order; throws a plain Error on anything that is not right. */
export function* readPages(options: ReadPagesOptions): Generator<DictionaryPage | DataPage> {
  const { chunk, rows } = options;
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
  let seen = 0;
  while (seen < rows) {
    const header = readHeader(reader, seen, rows);
    const size = header.compressed_page_size;
    const left = chunk.length - reader.offset;
    if (header.uncompressed_page_size > MAX_PAGE)
      throw new Error(`a page of ${header.uncompressed_page_size} bytes`);
    if (!(size >= 0 && size <= left)) throw new Error(`a page of ${size} bytes where ${left} are left`);
    const bytes = chunk.subarray(reader.offset, reader.offset + size);
    reader.offset += size;
    if (header.crc !== undefined && crc32(bytes) !== header.crc >>> 0)
      throw new Error('a page fails its checksum');
    if (header.type === 'DICTIONARY_PAGE') yield dictionaryPage(header, bytes, options);
    else if (header.type === 'DATA_PAGE' || header.type === 'DATA_PAGE_V2') {
      const page =
        header.type === 'DATA_PAGE' ? pageV1(header, bytes, options) : pageV2(header, bytes, options);
      seen += page.rows;
      yield page;
    }
  }
}

function readHeader(reader: DataReader, seen: number, rows: number): PageHeader {
  if (reader.offset >= reader.view.byteLength) throw new Error(`its pages end after ${seen} of ${rows} rows`);
  return parquetHeader(reader);
}

function dictionaryPage(
  header: PageHeader,
  bytes: Uint8Array,
  { codec, decompressors }: ReadPagesOptions,
): DictionaryPage {
  const count = header.dictionary_page_header?.num_values ?? 0;
  const values = decompressPage(bytes, header.uncompressed_page_size, codec, decompressors);
  if (!(count >= 0 && count * 4 <= values.length))
    throw new Error(`a dictionary of ${count} in ${values.length} bytes`);
  return { kind: 'dictionary', count, values };
}

function pageV1(
  header: PageHeader,
  bytes: Uint8Array,
  { codec, decompressors, optional }: ReadPagesOptions,
): DataPage {
  const detail = header.data_page_header;
  if (!detail) throw new Error('a data page without its header');
  const { num_values: rows, encoding, definition_level_encoding: levelEncoding } = detail;
  const page = decompressPage(bytes, header.uncompressed_page_size, codec, decompressors);
  if (!optional) return { kind: 'data', rows, present: rows, levels: null, encoding, values: page };
  if (levelEncoding !== 'RLE') throw new Error(`definition levels in ${levelEncoding} are not supported`);
  const length = new DataView(page.buffer, page.byteOffset, page.byteLength).getUint32(0, true);
  const { levels, present } = readLevels({ bytes: page.subarray(4, 4 + length), rows });
  return { kind: 'data', rows, present, levels, encoding, values: page.subarray(4 + length) };
}

function pageV2(
  header: PageHeader,
  bytes: Uint8Array,
  { codec, decompressors, optional }: ReadPagesOptions,
): DataPage {
  const detail = header.data_page_header_v2;
  if (!detail) throw new Error('a data page without its header');
  const { num_values: rows, encoding } = detail;
  const repetition = detail.repetition_levels_byte_length;
  const start = repetition + detail.definition_levels_byte_length;
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
