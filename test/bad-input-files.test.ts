import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileMetaData, parquetMetadata } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { duckdb, GOOD_ROWS, replayed, writeBadRows } from './bad-input-bed.ts';

/** A file and what the replay says of it; `figures`: all valid rows come, for nothing that matters is wrong. */
interface BadFileCase {
  readonly what: string;
  /** Makes the file at `path` from a sound one. */
  readonly make: (sound: Buffer, path: string) => Buffer | undefined | Promise<undefined>;
  readonly told: { readonly code: string; readonly message: RegExp };
}

/** A column chunk's entry in the footer, to be written over. */
type Chunk = { -readonly [K in keyof ChunkMeta]: ChunkMeta[K] };
type ChunkMeta = NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>;

/** The file with its footer changed. */
function withFooter(sound: Buffer, change: (metadata: FileMetaData) => void): Buffer {
  const raw = (value: bigint): bigint => value;
  const parsers = {
    timestampFromMilliseconds: raw,
    timestampFromMicroseconds: raw,
    timestampFromNanoseconds: raw,
  };
  const metadata = parquetMetadata(new Uint8Array(sound), { parsers, geoparquet: false });
  for (const { columns } of metadata.row_groups)
    for (const { meta_data: chunk } of columns) delete chunk?.statistics;
  change(metadata);
  const writer = new ByteWriter();
  writeMetadata(writer, metadata);
  const footerAt = sound.length - 8 - sound.readUInt32LE(sound.length - 8);
  return Buffer.concat([sound.subarray(0, footerAt), writer.getBytes(), Buffer.from('PAR1')]);
}

/** The file with what its footer says of one column changed. */
const withChunk = (name: string, change: (chunk: Chunk) => void) => (sound: Buffer) =>
  withFooter(sound, ({ row_groups: groups }) => {
    const column = groups[0]?.columns.find(({ meta_data: m }) => m?.path_in_schema[0] === name);
    if (column?.meta_data) change(column.meta_data);
  });

/** The file with bytes of the first page of a column written over; `at` counts from the page's header. */
const withPage = (name: string, at: number, bytes: readonly number[]) => (sound: Buffer) => {
  const [group] = parquetMetadata(new Uint8Array(sound)).row_groups;
  const chunk = group?.columns.find(({ meta_data: m }) => m?.path_in_schema[0] === name)?.meta_data;
  const start = Number(chunk?.dictionary_page_offset ?? chunk?.data_page_offset);
  const damaged = Buffer.from(sound);
  damaged.set(bytes, start + at);
  return damaged;
};

const file = (message: RegExp) => ({ code: 'parquet_file', message });
const columns = (message: RegExp) => ({ code: 'parquet_columns', message });
const corrupt = (message: RegExp) => ({ code: 'parquet_corrupt', message });

const CASES: readonly BadFileCase[] = [
  { what: 'nothing in it', make: () => Buffer.alloc(0), told: file(/is empty \(0 bytes\)/) },
  { what: 'four bytes', make: () => Buffer.from('PAR1'), told: file(/only 4 bytes/) },
  {
    what: 'a text',
    make: () => Buffer.from('event_id,amount\n1,2\n3,4\n'),
    told: file(/is not a Parquet file/),
  },
  {
    what: 'its end missing',
    make: (sound) => sound.subarray(0, sound.length - 9),
    told: file(/was cut short/),
  },
  {
    what: 'its first half alone',
    make: (sound) => sound.subarray(0, sound.length >> 1),
    told: file(/was cut short/),
  },
  { what: 'its beginning missing', make: (sound) => sound.subarray(4), told: file(/is not a Parquet file/) },
  {
    what: 'its middle missing',
    make: (sound) => Buffer.concat([sound.subarray(0, 100), sound.subarray(sound.length >> 1)]),
    told: { code: 'parquet_columns|parquet_corrupt', message: /outside the file|can't be decoded/ },
  },
  {
    what: 'an encrypted footer',
    make: (sound) => Buffer.concat([Buffer.from('PARE'), sound.subarray(4, -4), Buffer.from('PARE')]),
    told: file(/encrypted footer/),
  },
  {
    what: 'a footer longer than the file',
    make: (sound) => {
      const damaged = Buffer.from(sound);
      damaged.writeUInt32LE(0x7fff_ffff, sound.length - 8);
      return damaged;
    },
    told: file(/footer of 2147483647 bytes/),
  },
  {
    what: 'a footer of zeros',
    make: (sound) => Buffer.from(sound).fill(0, sound.length - 500, sound.length - 8),
    told: file(/footer that can't be read/),
  },
  {
    what: 'fewer rows in all than in its row groups',
    make: (sound) =>
      withFooter(sound, (m) => {
        m.num_rows = 1n;
      }),
    told: file(/1 rows, 20 in its row groups/),
  },
  ...[-1n, 1n, BigInt(GOOD_ROWS + 1), 2n ** 31n, 2n ** 62n].map(
    (rows): BadFileCase => ({
      what: `a row group said to be of ${rows} rows`,
      make: (sound) =>
        withFooter(sound, (m) => {
          m.num_rows = rows;
          for (const group of m.row_groups) group.num_rows = rows;
        }),
      told: { code: 'parquet_file|parquet_columns|parquet_corrupt', message: /rows|bytes behind/ },
    }),
  ),
  ...[1n, BigInt(GOOD_ROWS + 1), 2n ** 31n].map(
    (rows): BadFileCase => ({
      what: `a row group and its columns said to be of ${rows} rows`,
      make: (sound) =>
        withFooter(sound, (m) => {
          m.num_rows = rows;
          for (const group of m.row_groups) {
            group.num_rows = rows;
            for (const { meta_data: chunk } of group.columns) if (chunk) chunk.num_values = rows;
          }
        }),
      told: corrupt(/can't be decoded: .*rows/),
    }),
  ),
  ...[-1n, 0n, 3n, 2n ** 40n, 2n ** 62n].map(
    (offset): BadFileCase => ({
      what: `pages said to be at ${offset}`,
      make: withChunk('amount_minor', (chunk) => {
        chunk.data_page_offset = offset;
        chunk.dictionary_page_offset = undefined;
      }),
      told: columns(/column "amount_minor" lies outside the file/),
    }),
  ),
  ...[-1n, 2n ** 40n, 2n ** 62n].map(
    (size): BadFileCase => ({
      what: `a column said to take ${size} bytes`,
      make: withChunk('buyer_id', (chunk) => {
        chunk.total_compressed_size = size;
      }),
      told: columns(/column "buyer_id" lies outside the file/),
    }),
  ),
  {
    what: 'a column said to take no bytes',
    make: withChunk('buyer_id', (chunk) => {
      chunk.total_compressed_size = 0n;
    }),
    told: corrupt(/column "buyer_id" can't be decoded/),
  },
  {
    what: "a column at another's place",
    make: (sound) =>
      withFooter(sound, ({ row_groups: [group] }) => {
        const [one, other] = ['order_id', 'amount_minor'].map(
          (name) => group?.columns.find(({ meta_data: m }) => m?.path_in_schema[0] === name)?.meta_data,
        );
        if (!one || !other) return;
        other.data_page_offset = one.data_page_offset;
        other.dictionary_page_offset = one.dictionary_page_offset;
        other.total_compressed_size = one.total_compressed_size;
      }),
    told: columns(/columns "(order_id|amount_minor)" and "(order_id|amount_minor)" lie at the same place/),
  },
  {
    what: 'two columns whose entries are swapped',
    make: (sound) =>
      withFooter(sound, ({ row_groups: [group] }) => {
        const [a, b] = group?.columns.splice(6, 2) ?? [];
        if (a && b) group?.columns.splice(6, 0, b, a);
      }),
    told: file(/row group 0 has product_id .* where the schema has merchant_id/),
  },
  {
    what: 'a row group without its last column',
    make: (sound) => withFooter(sound, ({ row_groups: [group] }) => void group?.columns.pop()),
    told: file(/row group 0 has 15 columns where the schema has 16/),
  },
  {
    what: 'another codec than it says',
    make: withChunk('type', (chunk) => {
      chunk.codec = 'GZIP';
    }),
    told: corrupt(/column "type" can't be decoded/),
  },
  {
    what: 'a column twice',
    make: async (_, path) => {
      await writeBadRows({ path, bad: [] });
      const twice = `${path}.twice`;
      await duckdb(
        `copy (select *, 7::bigint as amount_minoz from '${path}') to '${twice}' (format parquet)`,
      );
      writeFileSync(
        path,
        Buffer.from(readFileSync(twice, 'latin1').replaceAll('amount_minoz', 'amount_minor'), 'latin1'),
      );
      return undefined;
    },
    told: columns(/column "amount_minor" is there twice/),
  },
  {
    what: 'amounts as floats',
    make: async (_, path) => {
      await writeBadRows({
        path,
        bad: [{ amount_minor: "'nan'::double" }],
        casts: { amount_minor: 'amount_minor::double' },
      });
      return undefined;
    },
    told: columns(/column "amount_minor" is DOUBLE/),
  },
  {
    what: 'quantities that may be infinite',
    make: async (_, path) => {
      await writeBadRows({
        path,
        bad: [{ quantity: "'inf'::float" }],
        casts: { quantity: 'quantity::float' },
      });
      return undefined;
    },
    told: columns(/column "quantity" is FLOAT/),
  },
  // A page header of DuckDB's begins 15 <type> 15 <uncompressed size> 15 <compressed size>, each a zigzag varint.
  {
    what: 'a page said to hold 2 GiB',
    make: withPage('event_id', 3, [0xfe, 0xff, 0xff, 0xff, 0x0f]),
    told: corrupt(/column "event_id" can't be decoded/),
  },
  {
    what: 'a page said to be longer than its column',
    make: withPage('event_id', 4, [0x15, 0xfe, 0xff, 0x03]),
    told: corrupt(/column "event_id" can't be decoded/),
  },
  {
    what: 'a page of bytes without meaning',
    make: withPage('country', 0, new Array<number>(40).fill(0xff)),
    told: corrupt(/row group 0, column "country" can't be decoded/),
  },
];

let folder = '';
let sound: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-bad-files-'));
  const path = join(folder, 'sound.parquet');
  await writeBadRows({ path, bad: [], copyOptions: 'compression snappy' });
  sound = readFileSync(path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the sound file is replayed whole, with its own footer and with that written again', async () => {
  for (const bytes of [sound, withFooter(sound, () => undefined)]) {
    const path = join(folder, 'as-it-is.parquet');
    writeFileSync(path, bytes);
    const { report } = await replayed([path], 1);
    expect(report.counts).toMatchObject({ rows: GOOD_ROWS, applied: GOOD_ROWS });
  }
});

describe.each(CASES)('a file with $what', (bad) => {
  it('is refused by name, on one thread and on two, beside a sound one', async () => {
    const path = join(folder, `bad-${CASES.indexOf(bad)}.parquet`);
    const bytes = await bad.make(sound, path);
    if (bytes) writeFileSync(path, bytes);
    for (const threads of [1, 2]) {
      const error = await replayed([join(folder, 'sound.parquet'), path], threads).then(
        () => ({ name: 'replayed', code: '', message: '', remedy: '' }),
        (reason: Error & { readonly code: string; readonly remedy: string }) => reason,
      );
      expect(error.name, error.message).toBe('GmvError');
      expect(error.code).toMatch(new RegExp(`^(${bad.told.code})$`));
      expect(error.message).toMatch(bad.told.message);
      expect(error.message).toContain(path);
      expect(error.remedy).not.toBe('');
    }
  });
});
