import type { ColumnChunk, CompressionCodec, Encoding, PageHeader, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';

/** For tests: Parquet files of one column whose pages are given byte by byte, as no writer at hand makes them. */
export interface PageFileOptions {
  readonly element: SchemaElement;
  readonly rows: number;
  /** Name of the schema as a whole. */
  readonly root?: string;
  readonly codec?: CompressionCodec;
  readonly pages: readonly FixturePage[];
  /** Overrides in the footer's entry. */
  readonly meta?: Partial<NonNullable<ColumnChunk['meta_data']>>;
}

export interface FixturePage {
  /** The page as it stands in the file, compressed. */
  readonly bytes: Uint8Array;
  /** Default: that of `bytes`. */
  readonly uncompressed?: number;
  readonly header: Partial<PageHeader>;
}

const MAGIC = 0x31524150;

export function pageFile(options: PageFileOptions): Uint8Array {
  const { element, rows, root = 'schema', codec = 'UNCOMPRESSED', pages, meta } = options;
  const writer = new ByteWriter();
  writer.appendUint32(MAGIC);
  for (const { bytes, uncompressed = bytes.length, header } of pages) {
    writePageHeader(writer, {
      type: 'DATA_PAGE',
      uncompressed_page_size: uncompressed,
      compressed_page_size: bytes.length,
      ...header,
    });
    writer.appendBytes(bytes);
  }
  const size = BigInt(writer.offset - 4);
  const chunk: ColumnChunk = {
    file_offset: 4n,
    meta_data: {
      type: element.type ?? 'INT32',
      encodings: ['PLAIN'],
      path_in_schema: [element.name],
      codec,
      num_values: BigInt(rows),
      total_uncompressed_size: size,
      total_compressed_size: size,
      data_page_offset: 4n,
      ...meta,
    },
  };
  writeMetadata(writer, {
    version: 1,
    created_by: 'fixture',
    schema: [{ name: root, num_children: 1 }, element],
    num_rows: BigInt(rows),
    row_groups: rows === 0 ? [] : [{ columns: [chunk], num_rows: BigInt(rows), total_byte_size: size }],
    metadata_length: 0,
  });
  writer.appendUint32(MAGIC);
  return writer.getBytes();
}

/** Version 1: levels and values in one body. */
export function pageV1(bytes: Uint8Array, rows: number, about: V1About = {}): FixturePage {
  const { encoding = 'PLAIN', levels = 'RLE', ...more } = about;
  const detail = { num_values: rows, encoding, definition_level_encoding: levels };
  return { bytes, header: { data_page_header: { ...detail, repetition_level_encoding: 'RLE' } }, ...more };
}

interface V1About {
  readonly encoding?: Encoding;
  readonly levels?: Encoding;
  readonly uncompressed?: number;
}

/** Version 2: levels stand before the body and are never compressed. */
export function pageV2(levels: Uint8Array, body: Uint8Array, about: V2About): FixturePage {
  const { rows, nulls = 0, encoding = 'PLAIN', isCompressed = true, uncompressed = body.length } = about;
  const detail = {
    num_values: rows,
    num_rows: rows,
    num_nulls: nulls,
    encoding,
    is_compressed: isCompressed,
  };
  const lengths = { definition_levels_byte_length: levels.length, repetition_levels_byte_length: 0 };
  return {
    bytes: join(levels, body),
    uncompressed: levels.length + uncompressed,
    header: { type: 'DATA_PAGE_V2', data_page_header_v2: { ...detail, ...lengths } },
  };
}

interface V2About {
  readonly rows: number;
  readonly nulls?: number;
  readonly encoding?: Encoding;
  readonly isCompressed?: boolean;
  /** Bytes of the body before compression. */
  readonly uncompressed?: number;
}

export const dictionaryPage = (bytes: Uint8Array, count: number): FixturePage => ({
  bytes,
  header: {
    type: 'DICTIONARY_PAGE',
    dictionary_page_header: { num_values: count, encoding: 'PLAIN_DICTIONARY' },
  },
});

export const ints = (...values: number[]): Uint8Array => new Uint8Array(Int32Array.from(values).buffer);

export const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values);

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Definition levels as one bit-packed run, with the length before them that version 1 wants. */
export function levelsV1(...levels: number[]): Uint8Array {
  const run = levelsV2(...levels);
  return join(ints(run.length), run);
}

export function levelsV2(...levels: number[]): Uint8Array {
  const groups = Math.ceil(levels.length / 8);
  const packed = new Uint8Array(groups);
  for (const [i, level] of levels.entries()) packed[i >> 3] = (packed[i >> 3] ?? 0) | (level << (i & 7));
  return join(bytesOf((groups << 1) | 1), packed);
}

/** An LZ4 block of literals alone. */
export function lz4Literals(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 15) return join(bytesOf(bytes.length << 4), bytes);
  const more: number[] = [];
  let left = bytes.length - 15;
  for (; left >= 255; left -= 255) more.push(255);
  return join(bytesOf(0xf0, ...more, left), bytes);
}
