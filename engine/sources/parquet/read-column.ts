import type { SchemaElement } from 'hyparquet';
import type { ColumnSink, Lane } from './column-sink.ts';
import { toPlain } from './encodings/to-plain.ts';
import { gather, spread } from './fill-lanes.ts';
import { readIndices } from './read-indices.ts';
import type { DataPage, PageReader } from './read-pages.ts';

/** Reads a column chunk from its first row to its last, some rows at a time. */
export interface ColumnReader {
  /**
   * Decodes the next `rows` rows into the first of the sink's lanes.
   *
   * @throws Error where the chunk is damaged.
   */
  read(sink: ColumnSink, rows: number): Promise<void>;
}

export interface ColumnReaderOptions {
  readonly pages: PageReader;
  readonly element: SchemaElement;
}

interface StoredDictionary {
  readonly lanes: readonly Lane[];
  readonly size: number;
}

/** What a page held beyond the rows that were asked for. */
interface Rest {
  readonly lanes: readonly Lane[];
  from: number;
  readonly end: number;
}

export function createColumnReader({ pages, element }: ColumnReaderOptions): ColumnReader {
  let dictionary: StoredDictionary | null = null;
  let rest: Rest | null = null;
  let indices = new Int32Array(0);

  const decode = (page: DataPage, sink: ColumnSink, lanes: readonly Lane[], row: number): void => {
    const { encoding, present: count } = page;
    if (count > 0 && isDictionaryEncoding(encoding)) {
      if (!dictionary) throw new Error('a page refers to a dictionary that is not there');
      if (indices.length < count) indices = new Int32Array(count);
      const used = indices.subarray(0, count);
      readIndices({ bytes: page.values, out: used, size: dictionary.size });
      for (const [i, lane] of lanes.entries()) gather(dictionary.lanes[i]!, used, lane, row);
    } else if (count > 0) {
      const bytes = toPlain({ encoding, bytes: page.values, count, element });
      sink.decodePlain({ bytes, count, into: lanes, at: row });
    }
    if (page.levels) for (const lane of lanes) spread(lane, row, page.levels, count, sink.nullValue);
  };

  /** Copies what is left of the last page; returns how many rows that were. */
  const takeRest = (lanes: readonly Lane[], row: number, rows: number): number => {
    if (!rest) return 0;
    const { from, end } = rest;
    const count = Math.min(end - from, rows);
    for (const [i, lane] of lanes.entries()) lane.set(rest.lanes[i]!.subarray(from, from + count), row);
    rest.from += count;
    if (rest.from === end) rest = null;
    return count;
  };

  return {
    async read(sink, rows) {
      let row = takeRest(sink.lanes, 0, rows);
      while (row < rows) {
        const page = await pages.next();
        if (!page) throw new Error(`its pages end ${rows - row} rows early`);
        if (page.kind === 'dictionary') {
          const lanes = sink.createLanes(page.count);
          sink.decodePlain({ bytes: page.values, count: page.count, into: lanes, at: 0 });
          dictionary = { lanes, size: page.count };
        } else if (page.rows <= rows - row) {
          decode(page, sink, sink.lanes, row);
          row += page.rows;
        } else {
          const lanes = sink.createLanes(page.rows);
          decode(page, sink, lanes, 0);
          rest = { lanes, from: 0, end: page.rows };
          row += takeRest(sink.lanes, row, rows - row);
        }
      }
    },
  };
}

const isDictionaryEncoding = (encoding: string): boolean =>
  encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY';
