import { crc32 } from 'node:zlib';
import type { ColumnChunk, Encoding, PageHeader, SchemaElement } from 'hyparquet';
import type { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import type { EncodedChunk } from './encoded-chunk.ts';
import type { PageCodec } from './page-codec.ts';

export interface WriteChunkOptions {
  readonly writer: ByteWriter;
  readonly element: SchemaElement;
  readonly rows: number;
  readonly chunk: EncodedChunk;
  readonly codec: PageCodec;
}

/** Writes a column chunk (a dictionary page, if any, and one data page, with checksums); returns its footer entry. */
export function writeChunk({ writer, element, rows, chunk, codec }: WriteChunkOptions): ColumnChunk {
  const start = writer.offset;
  const { dictionary, levels, values, nullCount, min, max } = chunk;
  let uncompressed = 0;
  const page = (parts: readonly Uint8Array[], header: Partial<PageHeader>): void => {
    const compressed = codec.compress(parts);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const before = writer.offset;
    writePageHeader(writer, {
      type: 'DATA_PAGE',
      uncompressed_page_size: length,
      compressed_page_size: compressed.length,
      crc: crc32(compressed) | 0,
      ...header,
    });
    uncompressed += writer.offset - before + length;
    writer.appendBytes(compressed);
  };

  if (dictionary) {
    page([dictionary.bytes], {
      type: 'DICTIONARY_PAGE',
      dictionary_page_header: { num_values: dictionary.count, encoding: 'PLAIN' },
    });
  }
  const dataAt = writer.offset;
  const encoding: Encoding = dictionary ? 'RLE_DICTIONARY' : 'PLAIN';
  // A version 1 page: the length of the levels, the levels, the width of indices, the values.
  const width = dictionary ? [Uint8Array.of(dictionary.width)] : [];
  page([lengthOf(levels), levels, ...width, values], {
    data_page_header: {
      num_values: rows,
      encoding,
      definition_level_encoding: 'RLE',
      repetition_level_encoding: 'RLE',
    },
  });
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: element.type ?? 'BYTE_ARRAY',
      encodings: dictionary ? ['PLAIN', 'RLE', 'RLE_DICTIONARY'] : ['PLAIN', 'RLE'],
      encoding_stats: [
        ...(dictionary ? [{ page_type: 'DICTIONARY_PAGE', encoding: 'PLAIN', count: 1 } as const] : []),
        { page_type: 'DATA_PAGE', encoding, count: 1 },
      ],
      path_in_schema: [element.name],
      codec: codec.name,
      num_values: BigInt(rows),
      total_uncompressed_size: BigInt(uncompressed),
      total_compressed_size: BigInt(writer.offset - start),
      data_page_offset: BigInt(dataAt),
      dictionary_page_offset: dictionary ? BigInt(start) : undefined,
      statistics: { null_count: BigInt(nullCount), min_value: min, max_value: max },
    },
  };
}

function lengthOf({ length }: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length, true);
  return bytes;
}
