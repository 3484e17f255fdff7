import { parquetMetadata } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';

/** Where in a Parquet file something lies: bytes start … end−1. */
export interface Place {
  readonly kind: 'header' | 'payload' | 'footer';
  readonly start: number;
  readonly end: number;
}

/** Page headers, page payloads and the footer (with its length and magic) of a sound file. */
export function placesOf(bytes: Uint8Array): Place[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places: Place[] = [];
  const footerAt = bytes.length - 8 - view.getUint32(bytes.length - 8, true);
  for (const { columns } of parquetMetadata(bytes.slice().buffer).row_groups) {
    for (const { meta_data: chunk } of columns) {
      if (!chunk) continue;
      const dictionaryAt = Number(chunk.dictionary_page_offset ?? 0n);
      const dataAt = Number(chunk.data_page_offset);
      const reader = { view, offset: dictionaryAt > 0 && dictionaryAt < dataAt ? dictionaryAt : dataAt };
      const end = reader.offset + Number(chunk.total_compressed_size);
      while (reader.offset < end) {
        const start = reader.offset;
        const { compressed_page_size: size } = parquetHeader(reader);
        places.push({ kind: 'header', start, end: reader.offset });
        if (size > 0) places.push({ kind: 'payload', start: reader.offset, end: reader.offset + size });
        reader.offset += size;
      }
    }
  }
  return [...places, { kind: 'footer', start: footerAt, end: bytes.length }];
}
