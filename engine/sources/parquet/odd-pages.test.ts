import { writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import type { SchemaElement } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  dictionaryPage,
  ints,
  join,
  levelsV1,
  levelsV2,
  lz4Literals,
  type PageFileOptions,
  pageFile,
  pageV1,
  pageV2,
} from './page-file-fixture.ts';
import { readColumns, withFolder } from './parquet-fixtures.ts';

/** What writers make that are not at hand, and what they must not: in the manner of apache/parquet-testing. */

const QUANTITY: SchemaElement = { name: 'quantity', type: 'INT32', repetition_type: 'OPTIONAL' };
const REQUIRED: SchemaElement = { ...QUANTITY, repetition_type: 'REQUIRED' };

const read = (options: PageFileOptions): Promise<unknown> =>
  withFolder(async (folder) => {
    const path = joinPath(folder, 'x.parquet');
    await writeFile(path, pageFile(options));
    const { name } = options.element;
    return (await readColumns(path, { columns: [name] }))[name];
  });

/** Why the column is refused. */
const refusal = (options: PageFileOptions): Promise<string> =>
  read(options).then(
    (values) => JSON.stringify(values),
    (error: Error) =>
      error.message.replace(/^.*can't be decoded: /, '').replace(/\. The file is damaged.*$/, ''),
  );

const required = (page: ReturnType<typeof pageV1>, codec: PageFileOptions['codec'], rows: number) =>
  read({ element: REQUIRED, rows, codec, pages: [page] });

describe('pages that only some writers make', () => {
  it('levels packed the old way, the highest bit first, without a length', async () => {
    const body = join(bytesOf(0b1011_0001, 0b0100_0000), ints(1, 2, 3, 4, 5));
    const page = pageV1(body, 10, { levels: 'BIT_PACKED' });
    const expected = [1, null, 2, 3, null, null, null, 4, null, 5];
    expect(await read({ element: QUANTITY, rows: 10, pages: [page] })).toEqual(expected);
  });

  it('levels as runs, one of which is longer than the page', async () => {
    const levels = bytesOf(4, 1, 3 << 1, 0, 100, 1);
    const body = join(ints(levels.length), levels, ints(7, 8, 9));
    const page = pageV1(body, 6);
    expect(await read({ element: QUANTITY, rows: 6, pages: [page] })).toEqual([7, 8, null, null, null, 9]);
  });

  it('gzip of several members, and in zlib its own format', async () => {
    const members = join(gzipSync(ints(1, 2)), gzipSync(ints(3)), gzipSync(new Uint8Array(0)));
    expect(await required(pageV1(members, 3, { uncompressed: 12 }), 'GZIP', 3)).toEqual([1, 2, 3]);
    const zlib = new Uint8Array(deflateSync(ints(4, 5)));
    expect(await required(pageV1(zlib, 2, { uncompressed: 8 }), 'GZIP', 2)).toEqual([4, 5]);
  });

  const big = (value: number): Uint8Array => bytesOf(value >>> 24, value >>> 16, value >>> 8, value);
  const values = Array.from({ length: 100 }, (_, i) => i * 3);
  const [first, second] = [ints(...values.slice(0, 40)), ints(...values.slice(40))];
  const part = (bytes: Uint8Array): Uint8Array => {
    const block = lz4Literals(bytes);
    return join(big(block.length), block);
  };
  /** Version 01, independent blocks; checksums of blocks and content where the flags say so. */
  const frame = (flags: number): Uint8Array => {
    const checksum = (flags & 0x10) === 0 ? bytesOf() : bytesOf(1, 2, 3, 4);
    const size = (flags & 0x08) === 0 ? bytesOf() : bytesOf(144, 1, 0, 0, 0, 0, 0, 0);
    const block = lz4Literals(second);
    const stored = join(ints(first.length | 0x8000_0000), first, checksum);
    const packed = join(ints(block.length), block, checksum);
    const end = join(ints(0), (flags & 0x04) === 0 ? bytesOf() : bytesOf(9, 9, 9, 9));
    return join(ints(0x184d2204), bytesOf(flags, 0x40), size, bytesOf(0), stored, packed, end);
  };
  const lz4 = {
    'as a bare block, as Arrow wrote it': lz4Literals(join(first, second)),
    "in Hadoop's framing": join(big(400), part(join(first, second))),
    "in Hadoop's framing, two parts of one block": join(big(400), part(first), part(second)),
    "in Hadoop's framing, two blocks": join(big(160), part(first), big(240), part(second)),
    'in frames of its own': frame(0x60),
    'in frames with every checksum': frame(0x7c),
  };
  for (const [how, bytes] of Object.entries(lz4)) {
    it(`lz4 ${how}`, async () => {
      expect(await required(pageV1(bytes, 100, { uncompressed: 400 }), 'LZ4', 100)).toEqual(values);
    });
  }

  it('lz4 that repeats what it just wrote, further than it has', async () => {
    const fives = join(bytesOf(0x4f), ints(5), bytesOf(4, 0, 255, 400 - 4 - 4 - 15 - 255 - 4, 0x40), ints(5));
    expect(await required(pageV1(fives, 100, { uncompressed: 400 }), 'LZ4_RAW', 100)).toEqual(
      Array.from({ length: 100 }, () => 5),
    );
  });

  it('version 2 pages, one of them not compressed, one without values whose body is a byte of lz4', async () => {
    const pages = [
      pageV2(levelsV2(1, 0), ints(1), { rows: 2, nulls: 1, isCompressed: false }),
      pageV2(levelsV2(0, 0), bytesOf(0), { rows: 2, nulls: 2, uncompressed: 0 }),
      pageV2(levelsV2(0, 0), bytesOf(), { rows: 2, nulls: 2 }),
      pageV2(levelsV2(1, 1), lz4Literals(ints(2, 3)), { rows: 2, uncompressed: 8 }),
    ];
    const expected = [1, null, null, null, null, null, 2, 3];
    expect(await read({ element: QUANTITY, rows: 8, codec: 'LZ4_RAW', pages })).toEqual(expected);
  });

  it('pages without rows, and pages of an index, between others', async () => {
    const pages = [
      pageV1(bytesOf(), 0),
      pageV1(join(levelsV1(1), ints(1)), 1),
      { bytes: bytesOf(1, 2, 3), header: { type: 'INDEX_PAGE' as const } },
      pageV1(levelsV1(), 0),
      pageV1(join(levelsV1(0, 1), ints(2)), 2),
    ];
    expect(await read({ element: QUANTITY, rows: 3, pages })).toEqual([1, null, 2]);
  });

  it('a dictionary whose place is not told, or told as zero; one entry, so indices of no bits', async () => {
    const pages = [dictionaryPage(ints(42), 1), pageV1(bytesOf(0), 3, { encoding: 'PLAIN_DICTIONARY' })];
    expect(await read({ element: REQUIRED, rows: 3, pages })).toEqual([42, 42, 42]);
    const meta = { dictionary_page_offset: 0n };
    expect(await read({ element: REQUIRED, rows: 3, pages, meta })).toEqual([42, 42, 42]);
  });

  it('a decimal whose scale only its newer type tells', async () => {
    const element: SchemaElement = { ...REQUIRED, logical_type: { type: 'DECIMAL', scale: 2, precision: 9 } };
    expect(await read({ element, rows: 3, pages: [pageV1(ints(1200, -300, 1234), 3)] })).toEqual([
      12, -3, 0.5,
    ]);
  });

  it('a schema without a name of its own', async () => {
    const pages = [pageV1(ints(1, 2), 2)];
    expect(await read({ element: REQUIRED, rows: 2, root: '', pages })).toEqual([1, 2]);
  });

  it('texts of a fixed length in a dictionary', async () => {
    const element: SchemaElement = {
      name: 'country',
      type: 'FIXED_LEN_BYTE_ARRAY',
      type_length: 2,
      repetition_type: 'REQUIRED',
    };
    const entries = new TextEncoder().encode('CNDE');
    const indices = bytesOf(1, 3, 0b0000_0110);
    const pages = [dictionaryPage(entries, 2), pageV1(indices, 4, { encoding: 'RLE_DICTIONARY' })];
    expect(await read({ element, rows: 4, pages })).toEqual(['CN', 'DE', 'DE', 'CN']);
  });
});

describe('pages that are wrong are refused with their reason', () => {
  const one = (bytes: Uint8Array, rows: number, about = {}, codec?: PageFileOptions['codec']) =>
    refusal({ element: REQUIRED, rows, codec, pages: [pageV1(bytes, rows, about)] });

  it('an index past its dictionary, a dictionary that is not there', async () => {
    const pages = [
      dictionaryPage(ints(1, 2), 2),
      pageV1(bytesOf(2, 3, 3), 1, { encoding: 'RLE_DICTIONARY' }),
    ];
    expect(await refusal({ element: REQUIRED, rows: 1, pages })).toBe(
      'a page refers to entry 3 of a dictionary of 2',
    );
    expect(await refusal({ element: REQUIRED, rows: 1, pages: pages.slice(1) })).toMatch(
      /dictionary that is not there/,
    );
  });

  it('values, levels and pages that end early, and pages with more rows than there are', async () => {
    expect(await one(ints(1), 2)).toBe('values end after 4 of 8 bytes');
    const short = pageV1(join(ints(99), bytesOf(3)), 2);
    expect(await refusal({ element: QUANTITY, rows: 2, pages: [short] })).toBe(
      'levels of 99 bytes in a page of 5',
    );
    const empty = pageV1(join(ints(1), bytesOf(3)), 2);
    expect(await refusal({ element: QUANTITY, rows: 2, pages: [empty] })).toBe('its levels end after 0 of 2');
    const deep = pageV1(join(ints(2), bytesOf(4, 2), ints(1, 2)), 2);
    expect(await refusal({ element: QUANTITY, rows: 2, pages: [deep] })).toBe(
      'a level of 2 in a flat column',
    );
    expect(await refusal({ element: REQUIRED, rows: 3, pages: [pageV1(ints(1), 1)] })).toMatch(
      /pages end after 1 of 3 rows/,
    );
    expect(await refusal({ element: REQUIRED, rows: 1, pages: [pageV1(ints(1, 2), 2)] })).toMatch(
      /page of 2 rows where 1/,
    );
  });

  it('compressed data that is shorter or longer than its page', async () => {
    const data = lz4Literals(ints(1, 2));
    for (const codec of ['LZ4', 'LZ4_RAW'] as const) {
      expect(await one(data, 3, { uncompressed: 12 }, codec)).toMatch(/lz4 data ends early/);
      expect(await one(data, 1, { uncompressed: 4 }, codec)).toMatch(/lz4 data is longer than its page/);
      expect(await one(bytesOf(0x40, 1, 2, 3, 4, 9, 0), 4, { uncompressed: 16 }, codec)).toMatch(
        /before its begin/,
      );
    }
    const zipped = new Uint8Array(gzipSync(ints(1, 2)));
    expect(await one(zipped, 3, { uncompressed: 12 }, 'GZIP')).toMatch(/length 8 does not match header 12/);
    expect(await one(new Uint8Array(gzipSync(new Uint8Array(1e6))), 1, { uncompressed: 4 }, 'GZIP')).toMatch(
      /larger than 5 bytes|Cannot create/i,
    );
    expect(await one(bytesOf(8, 0x1c, 1, 0, 0, 0, 2, 0, 0, 0), 3, { uncompressed: 12 }, 'SNAPPY')).toMatch(
      /snappy data of 8 bytes/,
    );
  });

  it('an encoding that the type can not have', async () => {
    expect(await one(ints(1), 1, { encoding: 'DELTA_BYTE_ARRAY' })).toBe('INT32 values in DELTA_BYTE_ARRAY');
    expect(await one(ints(1), 1, { encoding: 'RLE' })).toBe('INT32 values in RLE');
  });

  it('texts in delta encoding that share more than there is, or are shorter than nothing', async () => {
    const element: SchemaElement = {
      name: 'category',
      type: 'BYTE_ARRAY',
      converted_type: 'UTF8',
      repetition_type: 'REQUIRED',
    };
    // 128 values a block, 4 parts, 1 value in all, then that value as zigzag.
    const single = (value: number): Uint8Array => bytesOf(0x80, 1, 4, 1, value << 1);
    const page = (bytes: Uint8Array, encoding: 'DELTA_BYTE_ARRAY' | 'DELTA_LENGTH_BYTE_ARRAY') =>
      refusal({ element, rows: 1, pages: [pageV1(bytes, 1, { encoding })] });
    expect(await page(join(single(3), single(1), bytesOf(65)), 'DELTA_BYTE_ARRAY')).toBe(
      'a text of 3 shared and 1 own bytes',
    );
    expect(await page(join(single(0), single(1), bytesOf(65)), 'DELTA_BYTE_ARRAY')).toBe('["A"]');
    expect(await page(join(bytesOf(0x80, 1, 4, 1, 1), bytesOf(65)), 'DELTA_LENGTH_BYTE_ARRAY')).toBe(
      'a text of -1 bytes',
    );
    expect(await page(bytesOf(0x80, 1, 0, 1, 2), 'DELTA_LENGTH_BYTE_ARRAY')).toMatch(
      /delta blocks of 128 values in 0 parts/,
    );
  });

  it('values in a column that has none', async () => {
    const element: SchemaElement = { name: 'country', type: 'DOUBLE', repetition_type: 'OPTIONAL' };
    const page = pageV1(join(levelsV1(1, 0), ints(0, 1)), 2);
    const meta = { statistics: { null_count: 2n } };
    expect(await refusal({ element, rows: 2, pages: [page], meta })).toMatch(
      /values in a column that has none/,
    );
    const nulls = pageV1(levelsV1(0, 0), 2);
    expect(await read({ element, rows: 2, pages: [nulls], meta })).toEqual([null, null]);
  });
});
