import type { CompressionCodec, Compressors, SchemaElement } from 'hyparquet';
import { readDataPage } from 'hyparquet/src/datapage.js';
import type { ColumnSink, Lane } from './column-sink.ts';
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
    if (page.present > 0 && isDictionaryEncoding(page.encoding)) {
      if (!dictionary) throw new Error('a page refers to a dictionary that is not there');
      if (indices.length < page.present) indices = new Int32Array(page.present);
      const used = indices.subarray(0, page.present);
      readIndices({ bytes: page.values, out: used, size: dictionary.size });
      for (const [i, lane] of sink.lanes.entries()) gather(dictionary.lanes[i]!, used, lane, row);
    } else if (page.present > 0) {
      const bytes = page.encoding === 'PLAIN' ? page.values : toPlain(page, element);
      sink.decodePlain({ bytes, count: page.present, into: sink.lanes, at: row });
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

/** Values in a rarer encoding (delta, byte stream split, …), laid out as a plain page would have them. */
function toPlain(page: DataPage, element: SchemaElement): Uint8Array {
  const header = {
    num_values: page.present,
    encoding: page.encoding as Parameters<typeof readDataPage>[1]['encoding'],
    definition_level_encoding: 'RLE' as const,
    repetition_level_encoding: 'RLE' as const,
  };
  const decoder = { type: element.type, element, schemaPath: [] } as unknown as Parameters<
    typeof readDataPage
  >[2];
  const values = readDataPage(page.values, header, decoder).dataPage;
  if (values instanceof Int32Array || values instanceof BigInt64Array) {
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
  return joinTexts(values as readonly Uint8Array[]);
}

function joinTexts(texts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(texts.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(joined.buffer);
  let at = 0;
  for (const bytes of texts) {
    view.setUint32(at, bytes.length, true);
    joined.set(bytes, at + 4);
    at += 4 + bytes.length;
  }
  return joined;
}
