import { open } from 'node:fs/promises';
import type { ColumnChunk, Encoding, PageHeader, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import type { TextEntries } from './text-entries.ts';

/** One column of a file, which DuckDB reads as INTEGER, DOUBLE (of exact integers), VARCHAR or BLOB. */
export type FileColumn =
  | { readonly name: string; readonly kind: 'integer'; readonly values: Int32Array }
  | { readonly name: string; readonly kind: 'number'; readonly values: Float64Array }
  /** `codes[row]` is the row's text among the entries. */
  | {
      readonly name: string;
      readonly kind: 'text';
      readonly entries: TextEntries;
      readonly codes: Uint32Array;
    }
  /** The rows' bytes one after another, the length of each in 32 bits before it. */
  | { readonly name: string; readonly kind: 'bytes'; readonly values: Uint8Array };

export interface ColumnFile {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly FileColumn[];
}

/** `PAR1` */
const MAGIC = 0x31524150;
/** Codes are written as they lie in memory. */
const CODE_BITS = 32;

const TYPES = {
  integer: { type: 'INT32' },
  number: { type: 'DOUBLE' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  bytes: { type: 'BYTE_ARRAY' },
} as const;

/**
 * Writes columns as a Parquet file with one row group whose pages are the arrays' own bytes, neither packed nor
 * compressed: it lives until DuckDB has read it once. Not synced. Gives its size in bytes.
 */
export async function writeColumnFile({ path, rows, columns }: ColumnFile): Promise<number> {
  const parts: Uint8Array[] = [];
  let offset = 0;
  const put = (...bytes: readonly Uint8Array[]): void => {
    for (const part of bytes) {
      parts.push(part);
      offset += part.byteLength;
    }
  };
  const write = (fill: (writer: ByteWriter) => void): void => {
    const writer = new ByteWriter(256);
    fill(writer);
    put(writer.getBytes());
  };
  const putPage = (bytes: readonly Uint8Array[], header: Partial<PageHeader>): void => {
    const size = lengthOf(bytes);
    const sizes = { uncompressed_page_size: size, compressed_page_size: size };
    write((writer) => writePageHeader(writer, { type: 'DATA_PAGE', ...sizes, ...header }));
    put(...bytes);
  };
  const putColumn = (column: FileColumn): ColumnChunk => {
    const start = offset;
    const isText = column.kind === 'text';
    const encoding: Encoding = isText ? 'RLE_DICTIONARY' : 'PLAIN';
    if (isText) {
      const { count, bytes } = column.entries;
      const dictionary = { num_values: count, encoding: 'PLAIN' } as const;
      putPage([bytes], { type: 'DICTIONARY_PAGE', dictionary_page_header: dictionary });
    }
    const dataAt = offset;
    const levels = { definition_level_encoding: 'RLE', repetition_level_encoding: 'RLE' } as const;
    if (column.kind === 'number') refuseFractions(column.name, column.values);
    putPage(isText ? textPage(column) : [bytesOf(column.values)], {
      data_page_header: { num_values: rows, encoding, ...levels },
    });
    const size = BigInt(offset - start);
    return {
      file_offset: BigInt(start),
      meta_data: {
        type: TYPES[column.kind].type,
        encodings: ['PLAIN', 'RLE', 'RLE_DICTIONARY'],
        path_in_schema: [column.name],
        codec: 'UNCOMPRESSED',
        num_values: BigInt(rows),
        total_uncompressed_size: size,
        total_compressed_size: size,
        data_page_offset: BigInt(dataAt),
        dictionary_page_offset: isText ? BigInt(start) : undefined,
      },
    };
  };

  write((writer) => writer.appendUint32(MAGIC));
  const chunks = columns.map(putColumn);
  const size = BigInt(offset);
  const group = { columns: chunks, num_rows: BigInt(rows), total_byte_size: size };
  write((writer) => {
    writeMetadata(writer, {
      version: 1,
      schema: [{ name: 'rows', num_children: columns.length }, ...columns.map(elementOf)],
      num_rows: BigInt(rows),
      row_groups: [group],
      metadata_length: 0,
    });
    writer.appendUint32(MAGIC);
  });
  const file = await open(path, 'w');
  try {
    const { bytesWritten } = await file.writev(parts);
    if (bytesWritten < offset) throw new Error(`only ${bytesWritten} of ${offset} bytes were taken`);
  } finally {
    await file.close();
  }
  return offset;
}

/** DuckDB would round them. */
function refuseFractions(name: string, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isSafeInteger(value))
      throw new Error(`${name} holds ${value}, which is no exact whole number`);
  }
}

const elementOf = ({ name, kind }: FileColumn): SchemaElement => ({
  name,
  repetition_type: kind === 'text' ? 'OPTIONAL' : 'REQUIRED',
  ...TYPES[kind],
});

const lengthOf = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, { byteLength }) => sum + byteLength, 0);

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Definition levels, then codes of the rows that have a text (parquet-format, Encodings.md). */
function textPage({ entries, codes }: Extract<FileColumn, { kind: 'text' }>): Uint8Array[] {
  const present = entries.nullAt < 0 ? codes : codes.filter((code) => code !== entries.nullAt);
  const isMixed = present.length > 0 && present.length < codes.length;
  const run = Uint8Array.of(...varInt(codes.length * 2), present.length > 0 ? 1 : 0);
  const levels = isMixed ? [groupHead(codes.length), bitsOf(codes, entries.nullAt)] : [run];
  const levelBytes = new Uint8Array(4);
  new DataView(levelBytes.buffer).setUint32(0, lengthOf(levels), true);
  const padding = new Uint8Array((groupsOf(present.length) * 8 - present.length) * 4);
  return [
    levelBytes,
    ...levels,
    Uint8Array.of(CODE_BITS),
    groupHead(present.length),
    bytesOf(present),
    padding,
  ];
}

/** What stands before bit-packed values, which come in groups of eight. */
const groupHead = (values: number): Uint8Array => Uint8Array.from(varInt(groupsOf(values) * 2 + 1));

const groupsOf = (values: number): number => Math.ceil(values / 8);

/** A bit for each row that has a text. */
function bitsOf(codes: Uint32Array, nullAt: number): Uint8Array {
  const bits = new Uint8Array(groupsOf(codes.length));
  for (let i = 0; i < codes.length; i++) if (codes[i] !== nullAt) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}

function varInt(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left > 127; left >>>= 7) bytes.push((left & 127) | 128);
  return [...bytes, left];
}
