import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderEvent } from '../events/order-event.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { openParquetFile } from '../sources/parquet/open-file.ts';
import {
  ALL_COLUMNS,
  duckdb,
  expectedColumns,
  readColumns,
  withFolder,
} from '../sources/parquet/parquet-fixtures.ts';
import type { ColumnValues } from './encoded-chunk.ts';
import { createOrderFileWriter } from './order-file-writer.ts';

const columnsOf = (events: readonly OrderEvent[]): Record<string, ColumnValues> =>
  Object.fromEntries(ALL_COLUMNS.map((name) => [name, events.map((event) => event[name] ?? null)]));

async function writeEvents(
  path: string,
  events: readonly OrderEvent[],
  { rowGroupRows, appendRows = 1000 }: { rowGroupRows?: number; appendRows?: number } = {},
): Promise<{ rows: number; bytes: number }> {
  const writer = await createOrderFileWriter({ path, schema: ORDER_SCHEMA, rowGroupRows });
  for (let from = 0; from < events.length; from += appendRows) {
    const some = events.slice(from, from + appendRows);
    await writer.append(columnsOf(some), some.length);
  }
  return writer.close();
}

/** DuckDB's rows with numbers as numbers. */
async function readByDuckdb(path: string): Promise<OrderEvent[]> {
  const rows = await duckdb(`select * replace (epoch_ms(event_time) as event_time) from '${path}'`);
  const numbers = new Set(['event_time', 'line', 'quantity', 'amount_minor']);
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value !== null && numbers.has(name) ? Number(value) : (value as string | null),
      ]),
    ),
  );
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom('CN', 'paid', '', '书', 'a'),
);
const smallInteger = fc.oneof(
  fc.integer({ min: 0, max: 20 }),
  fc.integer({ min: -2_147_483_647, max: 2_147_483_647 }),
);
const bigInteger = fc.oneof(
  fc.integer({ min: 0, max: 4095 }),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -1, 2 ** 32, -(2 ** 32) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
);
const anyValue = (kind: string): fc.Arbitrary<string | number> => {
  if (kind === 'integer') return smallInteger;
  if (kind === 'money') return bigInteger;
  return kind === 'time' ? fc.integer({ min: -2_000_000_000_000, max: 4_000_000_000_000 }) : text;
};
const anyEvent: fc.Arbitrary<OrderEvent> = fc.record(
  Object.fromEntries(ORDER_SCHEMA.map(({ name, kind }) => [name, fc.option(anyValue(kind), { freq: 6 })])),
);

describe('createOrderFileWriter', () => {
  it('writes any events so that DuckDB and our reader read the same ones', async () => {
    const events = fc.array(anyEvent, { maxLength: 60 });
    const property = fc.asyncProperty(
      events,
      fc.integer({ min: 1, max: 70 }),
      async (given, rowGroupRows) => {
        await withFolder(async (folder) => {
          const path = join(folder, 'events.parquet');
          const { rows } = await writeEvents(path, given, { rowGroupRows, appendRows: 7 });
          expect(rows).toBe(given.length);
          expect(await readByDuckdb(path)).toEqual(given);
          if (given.length > 0) expect(await readColumns(path)).toEqual(expectedColumns(given));
        });
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it('writes many rows in several row groups, texts by dictionary where that is smaller', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'events.parquet');
      const events = Array.from(
        { length: 30_000 },
        (_, i): OrderEvent => ({
          event_id: `event-${i}`,
          event_time: 1_700_000_000_000 + i,
          type: i % 3 === 0 ? 'refunded' : 'paid',
          order_id: `order-${i >> 1}`,
          line: 1 + (i % 2),
          buyer_id: i % 4 === 0 ? null : `buyer-${(i * 7919) % 1000}`,
          merchant_id: 'merchant',
          product_id: `unique-${i}`,
          category: null,
          quantity: i % 5,
          amount_minor: i * 1_000_003,
          currency: 'CNY',
          country: 'CN',
          region: i < 20_000 ? null : 'Zhejiang',
          channel: 'app',
          payment_method: 'card',
        }),
      );
      const { bytes } = await writeEvents(path, events, { rowGroupRows: 8192 });
      expect(await readByDuckdb(path)).toEqual(events);
      expect(await readColumns(path)).toEqual(expectedColumns(events));
      const file = await openParquetFile(path, ORDER_SCHEMA, ALL_COLUMNS);
      await file.close();
      expect([file.rows, file.bytes]).toEqual([30_000, bytes]);
      const [first] = file.rowGroups;
      expect(first).toMatchObject({ rows: 8192, minTimeMs: 1_700_000_000_000, maxTimeMs: 1_700_000_008_191 });
      expect(file.rowGroups.map(({ rows }) => rows)).toEqual([8192, 8192, 8192, 5424]);
      const encodings = await duckdb(
        `select path_in_schema as name, encodings from parquet_metadata('${path}') where row_group_id = 0`,
      );
      const of = Object.fromEntries(encodings.map(({ name, encodings: e }) => [name, e]));
      expect(of.type).toContain('RLE_DICTIONARY');
      expect(of.buyer_id).toContain('RLE_DICTIONARY');
      expect(of.product_id).not.toContain('DICTIONARY');
      expect(of.event_id).not.toContain('DICTIONARY');
      const types = await duckdb(
        `select column_name as c, column_type as t from (describe select * from '${path}')`,
      );
      expect(types.filter(({ t }) => t !== 'VARCHAR')).toEqual([
        { c: 'event_time', t: 'TIMESTAMP WITH TIME ZONE' },
        { c: 'line', t: 'INTEGER' },
        { c: 'quantity', t: 'INTEGER' },
        { c: 'amount_minor', t: 'BIGINT' },
      ]);
    }));

  it('takes typed arrays, NaN being null, and missing columns as null', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'events.parquet');
      const writer = await createOrderFileWriter({ path, schema: ORDER_SCHEMA });
      await writer.append(
        {
          event_time: Float64Array.of(1, Number.NaN, 3),
          line: Int32Array.of(1, 2, 3),
          amount_minor: Uint32Array.of(7, 8, 4_294_967_295),
        },
        3,
      );
      await writer.close();
      const read = await readByDuckdb(path);
      expect(
        read.map(({ event_time, line, amount_minor, currency }) => [
          event_time,
          line,
          amount_minor,
          currency,
        ]),
      ).toEqual([
        [1, 1, 7, null],
        [null, 2, 8, null],
        [3, 3, 4_294_967_295, null],
      ]);
    }));

  it('shows the file under its name only when it is whole, and leaves nothing of one given up', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'new', 'events.parquet');
      const writer = await createOrderFileWriter({ path, schema: ORDER_SCHEMA });
      await writer.append({ line: [1] }, 1);
      await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' });
      expect(await readdir(join(folder, 'new'))).toEqual(['events.parquet.part']);
      await writer.close();
      expect(await readdir(join(folder, 'new'))).toEqual(['events.parquet']);
      const other = await createOrderFileWriter({
        path: join(folder, 'new', 'b.parquet'),
        schema: ORDER_SCHEMA,
      });
      await other.discard();
      expect(await readdir(join(folder, 'new'))).toEqual(['events.parquet']);
    }));

  it('says which file the disk refuses', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'taken'), '');
      const path = join(folder, 'taken', 'events.parquet');
      await expect(createOrderFileWriter({ path, schema: ORDER_SCHEMA })).rejects.toMatchObject({
        code: 'archive_write',
        message: expect.stringContaining(`${path} can't be written: `),
      });
      const blocked = join(folder, 'blocked.parquet');
      await mkdir(join(blocked, 'full'), { recursive: true });
      const writer = await createOrderFileWriter({ path: blocked, schema: ORDER_SCHEMA });
      await expect(writer.close()).rejects.toMatchObject({ code: 'archive_write' });
      expect((await readdir(folder)).sort()).toEqual(['blocked.parquet', 'taken']);
    }));

  for (const [column, value, what] of [
    ['amount_minor', 1.5, 'column "amount_minor" holds 64-bit integers, got 1.5'],
    ['amount_minor', 2 ** 60, 'column "amount_minor" holds 64-bit integers, got 1152921504606847000'],
    ['line', 2 ** 31, 'column "line" holds 32-bit integers, got 2147483648'],
    ['line', '1', 'column "line" holds 32-bit integers, got "1"'],
    ['type', 1, 'column "type" holds texts, got the number 1'],
  ] as const) {
    it(`refuses ${column} = ${JSON.stringify(value)} by name`, () =>
      withFolder(async (folder) => {
        const path = join(folder, 'events.parquet');
        const writer = await createOrderFileWriter({ path, schema: ORDER_SCHEMA });
        await expect(writer.append({ [column]: [value] }, 1)).rejects.toMatchObject({
          code: 'archive_value',
          message: expect.stringContaining(what),
        });
        await writer.discard();
      }));
  }
});
