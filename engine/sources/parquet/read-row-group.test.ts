import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import type { OrderEvent } from '../../events/order-event.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { openParquetFile } from './open-file.ts';
import { ALL_COLUMNS, duckdb, expectedColumns, readColumns, withFolder } from './parquet-fixtures.ts';
import { readRowGroup } from './read-row-group.ts';

/** 5,000 events in SQL: nulls, repeated and unique texts, texts past ASCII, times before 1970. */
const EVENTS = `
  select
    'e-' || i::varchar as event_id,
    make_timestamp_ms(1_700_000_000_000 + (i * 7919) % 100_000_000 - (i % 11 = 0)::bigint * 1_800_000_000_001) as event_time,
    ['created', 'paid', 'shipped', 'refunded'][1 + i % 4] as type,
    'order-' || (i // 3)::varchar as order_id,
    (1 + i % 3)::integer as line,
    case when i % 4 = 0 then null else 'buyer-' || (i % 97)::varchar end as buyer_id,
    case when i < 2500 then 'merchant-' || (i % 5)::varchar end as merchant_id,
    'p' || (i * i % 1013)::varchar as product_id,
    case when i % 10 = 0 then null else ['书', 'Bücher', 'toys', ''][1 + i % 4] end as category,
    (i % 7)::integer as quantity,
    ((i * 104_729) % 9_007_199_254_740_992)::bigint as amount_minor,
    'CNY' as currency,
    case when i % 2 = 0 then 'CN' else 'DE' end as country,
    null::varchar as region,
    'app' as channel,
    case when i % 3 = 0 then 'card' else 'cash' end as payment_method
  from range(5000) t(i)`;

/** The events as DuckDB tells them, not our reader. */
async function eventsOf(path: string): Promise<OrderEvent[]> {
  const rows = await duckdb(
    `select * replace (epoch_ms(event_time) as event_time) from read_parquet('${path}')`,
  );
  const numbers = ['event_time', 'line', 'quantity', 'amount_minor'];
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value !== null && numbers.includes(name) ? Number(value) : (value as string | null),
      ]),
    ),
  );
}

async function encodingsOf(path: string, column: string): Promise<Set<string>> {
  const { row_groups: groups } = parquetMetadata(new Uint8Array(await readFile(path)));
  const chunks = groups.flatMap(({ columns }) => columns.map(({ meta_data: m }) => m));
  return new Set(chunks.filter((m) => m?.path_in_schema[0] === column).flatMap((m) => m?.encodings ?? []));
}

describe('readRowGroup reads what DuckDB wrote, value for value', () => {
  const ways = [
    { name: 'snappy', options: 'compression snappy' },
    { name: 'zstd', options: 'compression zstd' },
    { name: 'gzip', options: 'compression gzip' },
    { name: 'brotli', options: 'compression brotli' },
    { name: 'lz4_raw', options: 'compression lz4_raw' },
    { name: 'uncompressed', options: 'compression uncompressed' },
    { name: 'plain', options: 'compression zstd, dictionary_size_limit 0', lacks: 'PLAIN_DICTIONARY' },
    {
      name: 'newer encodings',
      options: 'parquet_version v2, dictionary_size_limit 0',
      has: 'DELTA_LENGTH_BYTE_ARRAY',
    },
    { name: 'several row groups', options: 'row_group_size 2048' },
  ];
  for (const { name, options, has, lacks } of ways) {
    it(name, () =>
      withFolder(async (folder) => {
        const path = join(folder, 'events.parquet');
        await duckdb(`copy (${EVENTS}) to '${path}' (format parquet, ${options})`);
        if (has) expect(await encodingsOf(path, 'type')).toContain(has);
        if (lacks) expect(await encodingsOf(path, 'type')).not.toContain(lacks);
        const expected = expectedColumns(await eventsOf(path));
        expect(expected.event_time).toHaveLength(5000);
        expect(await readColumns(path)).toEqual(expected);
        expect(await readColumns(path, { batchCapacity: 100 })).toEqual(expected);
      }),
    );
  }

  const instants = {
    timestamp_ms: "timestamp_ms '1969-12-31 23:59:59.999', timestamp_ms '2024-11-10 16:00:00.123'",
    timestamp: "timestamp '1969-12-31 23:59:59.999001', timestamp '2024-11-10 16:00:00.123999'",
    timestamptz: "timestamptz '1969-12-31 23:59:59.999001Z', timestamptz '2024-11-11 00:00:00.123999+08'",
    timestamp_ns:
      "timestamp_ns '1969-12-31 23:59:59.999000001', timestamp_ns '2024-11-10 16:00:00.123999999'",
  };
  for (const [type, literals] of Object.entries(instants)) {
    it(`event_time as ${type}, floored to milliseconds`, () =>
      withFolder(async (folder) => {
        const path = join(folder, 'events.parquet');
        await duckdb(`copy (select unnest([${literals}, null]) as event_time) to '${path}' (format parquet)`);
        const { event_time: read } = await readColumns(path, { columns: ['event_time'] });
        expect(read).toEqual([-1, 1_731_254_400_123, null]);
        const file = await openParquetFile(path, ORDER_SCHEMA, ['event_time']);
        expect(file.rowGroups).toMatchObject([{ minTimeMs: -1, maxTimeMs: 1_731_254_400_123 }]);
        await file.close();
      }));
  }

  it('integers of every width, and amounts past 2^53 as something that is over every cap', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'events.parquet');
      await duckdb(
        `copy (select * replace (200::utinyint as line, 65535::usmallint as quantity, amount as amount_minor)
         from (${EVENTS} limit 1) cross join (values (9007199254740991::bigint), (9223372036854775807), (-5), (null)) t(amount)
         order by amount nulls last) to '${path}' (format parquet)`,
      );
      const read = await readColumns(path);
      expect(read.amount_minor).toEqual([-5, Number.MAX_SAFE_INTEGER, 2 ** 63, null]);
      expect(read.line).toEqual([200, 200, 200, 200]);
      expect(read.quantity?.[0]).toBe(65_535);
      await duckdb(
        `copy (select * replace (4294967295::uinteger as quantity, 12::integer as amount_minor, 7::decimal(9,0) as line)
         from (${EVENTS} limit 1)) to '${path}' (format parquet)`,
      );
      const other = await readColumns(path);
      expect([other.quantity, other.amount_minor, other.line]).toEqual([[4_294_967_295], [12], [7]]);
    }));

  it('nullable columns that the file lacks as nulls, and columns we do not know not at all', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'events.parquet');
      await duckdb(
        `copy (select 1.5 as extra, [1, 2] as list, {'a': 'x', 'currency': 'y'} as struct,
           * exclude (buyer_id, merchant_id, category, region, payment_method)
         from (${EVENTS})) to '${path}' (format parquet)`,
      );
      const events = (await eventsOf(path)).map(({ extra: _, list: __, struct: ___, ...event }) => event);
      expect(await readColumns(path)).toEqual(expectedColumns(events));
    }));
});

describe('readRowGroup reads version 2 pages', () => {
  for (const encoding of [
    'PLAIN',
    'RLE_DICTIONARY',
    'DELTA_LENGTH_BYTE_ARRAY',
    'DELTA_BYTE_ARRAY',
  ] as const) {
    it(`with nulls, in ${encoding}, over several pages`, () =>
      withFolder(async (folder) => {
        const path = join(folder, 'events.parquet');
        const texts = Array.from({ length: 2000 }, (_, i) => (i % 5 === 2 ? null : `value-${i % 300}-ü`));
        const amounts = Array.from({ length: 2000 }, (_, i) =>
          i % 7 === 3 ? null : BigInt(i) * 3_000_000_000n,
        );
        const buffer = parquetWriteBuffer({
          columnData: [
            { name: 'buyer_id', data: texts, type: 'STRING', encoding },
            { name: 'category', data: texts, type: 'STRING', encoding },
            {
              name: 'amount_minor',
              data: amounts,
              type: 'INT64',
              encoding: encoding.startsWith('DELTA') ? 'DELTA_BINARY_PACKED' : encoding,
            },
          ],
          pageSize: 1000,
        });
        await writeFile(path, new Uint8Array(buffer));
        const columns = ['buyer_id', 'category', 'amount_minor'];
        const schema = ORDER_SCHEMA.filter(({ name }) => columns.includes(name));
        const events = texts.map((text, i) => {
          const amount = amounts[i] ?? null;
          return { buyer_id: text, category: text, amount_minor: amount === null ? null : Number(amount) };
        });
        const { 'event_id 0': _, ...expected } = expectedColumns(events, schema);
        const read = await readColumns(path, { columns });
        for (const name of ['buyer_id lo', 'buyer_id hi', 'category', 'amount_minor']) {
          expect(read[name], name).toEqual(expected[name]);
        }
      }));
  }
});

it('refuses values past the cap of a dictionary by their code, row by row', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'events.parquet');
    await duckdb(`copy (${EVENTS}) to '${path}' (format parquet)`);
    const columns = ['payment_method'];
    const file = await openParquetFile(path, ORDER_SCHEMA, columns);
    const dictionaries = createDictionaries(ORDER_SCHEMA, 1);
    const codes = new Map<number, number>();
    for await (const batch of readRowGroup({ file, group: 0, schema: ORDER_SCHEMA, columns, dictionaries })) {
      for (const code of batch.categories.payment_method ?? []) codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    await file.close();
    expect([...codes.keys()].sort((a, b) => a - b)).toEqual([-1, 1]);
    expect([...codes.values()].reduce((sum, n) => sum + n, 0)).toBe(5000);
  }));

describe('a damaged page', () => {
  it('is told with file, row group and column', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'events.parquet');
      await duckdb(`copy (${EVENTS}) to '${path}' (format parquet, compression zstd, row_group_size 2048)`);
      const torn = new Uint8Array(await readFile(path));
      const chunk =
        parquetMetadata(torn).row_groups[1]?.columns[ALL_COLUMNS.indexOf('product_id')]?.meta_data;
      const start = Number(chunk?.dictionary_page_offset ?? chunk?.data_page_offset);
      torn.fill(0xff, start, start + Number(chunk?.total_compressed_size));
      await writeFile(path, torn);
      await expect(readColumns(path)).rejects.toMatchObject({
        code: 'parquet_corrupt',
        message: expect.stringMatching(
          /events\.parquet, row group 1, column "product_id" can't be decoded: .+ damaged/s,
        ),
      });
    }));

  for (const options of [
    'compression zstd',
    'compression snappy',
    'compression uncompressed, parquet_version v2',
  ]) {
    it(`gives an error of ours or other rows, wherever a byte of a file with ${options} is wrong`, () =>
      withFolder(async (folder) => {
        const path = join(folder, 'events.parquet');
        await duckdb(`copy (${EVENTS} limit 300) to '${path}' (format parquet, ${options})`);
        const sound = await readFile(path);
        const place = fc.integer({ min: 0, max: sound.length - 1 });
        const property = fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async (at, flip) => {
          const torn = new Uint8Array(sound);
          torn[at] = (torn[at] ?? 0) ^ flip;
          await writeFile(path, torn);
          const told = await readColumns(path).then(
            () => 'rows',
            (error: Error) => error.name,
          );
          expect(['rows', 'GmvError']).toContain(told);
        });
        await fc.assert(property, { numRuns: 200 });
      }));
  }
});
