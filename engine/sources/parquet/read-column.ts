import type { CompressionCodec, Compressors, SchemaElement } from 'hyparquet';
import type { ColumnSink, Lane } from './column-sink.ts';
import { toPlain } from './encodings/to-plain.ts';
import { readIndices } from './read-indices.ts';
import { type DataPage, readPages } from './read-pages.ts';

export interface ReadColumnOptions {
  /** A whole column chunk. */
  readonly chunk: Uint8Array;
  readonly codec: CompressionCodec;
  readonly decompressors: Compressors;
  readonly element: SchemaElement;
  readonly optional: boolean;
  readonly rows: number;
  readonly sink: ColumnSink;
}

/** Decodes a column chunk into the sink's lanes; throws a plain Error where the chunk is damaged. */
export function readColumn(options: ReadColumnOptions): void {
  const { sink, element } = options;
  let dictionary: { readonly lanes: readonly Lane[]; readonly size: number } | null = null;
  let indices = new Int32Array(0);
  let row = 0;
  for (const page of readPages(options)) {
    if (page.kind === 'dictionary') {
      const lanes = sink.createLanes(page.count);
      sink.decodePlain({ bytes: page.values, count: page.count, into: lanes, at: 0 });
      dictionary = { lanes, size: page.count };
      continue;
    }
    const { encoding, present: count } = page;
    if (count > 0 && isDictionaryEncoding(encoding)) {
      if (!dictionary) throw new Error('a page refers to a dictionary that is not there');
      if (indices.length < count) indices = new Int32Array(count);
      const used = indices.subarray(0, count);
      readIndices({ bytes: page.values, out: used, size: dictionary.size });
      for (const [i, lane] of sink.lanes.entries()) gather(dictionary.lanes[i]!, used, lane, row);
    } else if (count > 0) {
      const bytes = toPlain({ encoding, bytes: page.values, count, element });
      sink.decodePlain({ bytes, count, into: sink.lanes, at: row });
    }
    if (page.levels) for (const lane of sink.lanes) spread(lane, row, page, sink.nullValue);
    row += page.rows;
  }
}

const isDictionaryEncoding = (encoding: string): boolean =>
  encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY';

/** Copies the entries that `indices` name to `lane[row…]`. */
function gather(entries: Lane, indices: Int32Array, lane: Lane, row: number): void {
  for (let i = 0; i < indices.length; i++) lane[row + i] = entries[indices[i]!]!;
}

/** Moves the page's values, which stand together at `lane[row…]`, to the rows that have one. */
function spread(lane: Lane, row: number, { rows, present, levels }: DataPage, nullValue: number): void {
  if (!levels) return;
  let from = row + present;
  for (let i = rows - 1; i >= 0; i--) lane[row + i] = levels[i] === 1 ? lane[--from]! : nullValue;
}
