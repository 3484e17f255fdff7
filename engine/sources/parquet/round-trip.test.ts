import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { expect, it } from 'vitest';
import type { OrderEvent } from '../../events/order-event.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { lz4Literals } from './page-file-fixture.ts';
import { duckdb, expectedColumns, readColumns, withFolder } from './parquet-fixtures.ts';

/** Any events, in any form that the writers at hand can give them, come back as they were. */

const few = fc.constantFrom('a', 'b', '', 'ü', '书', '🎁 gift');
const text = fc.oneof({ weight: 3, arbitrary: few }, fc.string({ maxLength: 20, unit: 'binary' }));
const whole = fc.oneof(fc.nat(9), fc.integer(), fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)));
const large = fc.oneof(whole, fc.maxSafeInteger(), fc.constantFrom(2 ** 53 - 1, -(2 ** 53) + 1));
const timeMs = fc.integer({ min: -4e12, max: 4e12 });
const digits = fc.oneof(
  fc.nat(9).map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
);

const NUMBERS = ['event_time', 'line', 'quantity', 'amount_minor'];

const valuesBy: Readonly<Record<string, fc.Arbitrary<string | number>>> = {
  event_time: timeMs,
  order_id: digits,
  merchant_id: digits,
  line: whole,
  quantity: whole,
  amount_minor: large,
};

/** Rows whose nulls are none, some or all of a column. */
const rowsOf = (nullable: boolean): fc.Arbitrary<OrderEvent[]> => {
  const columns = ORDER_SCHEMA.map(({ name }) => {
    const value = valuesBy[name] ?? text;
    const none = fc.constant(null);
    const some = fc.oneof(value, none);
    return fc
      .constantFrom(...(nullable ? [value, some, none] : [value]))
      .map((arbitrary) => [name, arbitrary] as const);
  });
  return fc
    .tuple(...columns)
    .chain((chosen) =>
      fc.array(fc.record(Object.fromEntries(chosen)), { minLength: 1, maxLength: 200, size: 'max' }),
    );
};

const windows = fc.record({
  windowRows: fc.constantFrom(undefined, 1, 7, 64),
  batchCapacity: fc.constantFrom(undefined, 5, 100),
});

const QUICK = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const compressors = {
  GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)),
  BROTLI: (bytes: Uint8Array) => new Uint8Array(brotliCompressSync(bytes, QUICK)),
  LZ4: lz4Literals,
  LZ4_RAW: lz4Literals,
};
const codec = fc.constantFrom('UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'LZ4', 'LZ4_RAW');
const textEncoding = fc.constantFrom(
  undefined,
  'PLAIN',
  'RLE_DICTIONARY',
  'DELTA_LENGTH_BYTE_ARRAY',
  'DELTA_BYTE_ARRAY',
);
const numberEncoding = fc.constantFrom(
  undefined,
  'PLAIN',
  'RLE_DICTIONARY',
  'DELTA_BINARY_PACKED',
  'BYTE_STREAM_SPLIT',
);
/** Whether a column of digits is written as integers; of other texts as bytes. */
const form = fc.boolean();

type ColumnForm = Pick<ColumnSource, 'encoding'> & { readonly isOther: boolean };

function columnSource(
  name: string,
  events: readonly OrderEvent[],
  { encoding, isOther }: ColumnForm,
  nullable: boolean,
): ColumnSource {
  const values = events.map((event) => event[name] ?? null);
  const as = (type: ColumnSource['type'], convert: (value: string | number) => unknown): ColumnSource => ({
    name,
    data: values.map((value) => (value === null ? null : convert(value))),
    type,
    nullable,
    ...(encoding && { encoding }),
    columnIndex: isOther,
  });
  if (name === 'event_time') return as('TIMESTAMP', (value) => new Date(Number(value)));
  if (name === 'amount_minor') return as('INT64', BigInt);
  if (name === 'line' || name === 'quantity') return as('INT32', Number);
  if (valuesBy[name] === digits && isOther) return as('INT64', BigInt);
  return isOther
    ? as('BYTE_ARRAY', (value) => new TextEncoder().encode(String(value)))
    : as('STRING', String);
}

const isNumber = (name: string, { isOther }: { readonly isOther: boolean }): boolean =>
  NUMBERS.includes(name) || (valuesBy[name] === digits && isOther);

it(
  'in every codec, encoding and size of pages and row groups that hyparquet-writer has',
  () =>
    withFolder(async (folder) => {
      const path = join(folder, 'x.parquet');
      const forms = fc.tuple(
        ...ORDER_SCHEMA.map(() => fc.record({ isOther: form, text: textEncoding, number: numberEncoding })),
      );
      const options = fc.record({
        codec,
        rowGroupSize: fc.constantFrom(1000, [1, 1000], 64),
        pageSize: fc.constantFrom(1_000_000, 20, 300),
        statistics: fc.boolean(),
      });
      const property = fc.asyncProperty(
        fc.boolean().chain((nullable) => fc.tuple(fc.constant(nullable), rowsOf(nullable))),
        forms,
        options,
        windows,
        async ([nullable, events], chosen, written, reading) => {
          const columnData = ORDER_SCHEMA.map(({ name }, i) => {
            const { isOther = false, text: ofText, number } = chosen[i] ?? {};
            const encoding = isNumber(name, { isOther }) ? number : ofText;
            return columnSource(name, events, { isOther, encoding } as ColumnForm, nullable);
          });
          await writeFile(
            path,
            new Uint8Array(
              parquetWriteBuffer({ columnData, compressors, ...written } as Parameters<
                typeof parquetWriteBuffer
              >[0]),
            ),
          );
          expect(await readColumns(path, reading)).toEqual(expectedColumns(events));
        },
      );
      await fc.assert(property, { numRuns: 40 });
    }),
  60_000,
);

const TYPES: Readonly<Record<string, readonly string[]>> = {
  event_time: ['timestamp_ms', 'timestamp', 'timestamptz', 'timestamp_ns'],
  order_id: ['varchar', 'bigint', 'decimal(38, 0)', 'blob'],
  merchant_id: ['varchar', 'bigint', 'decimal(20, 0)', 'blob'],
  line: ['integer', 'bigint', 'decimal(18, 4)', 'decimal(38, 9)'],
  quantity: ['integer', 'bigint', 'decimal(12, 2)'],
  amount_minor: ['bigint', 'decimal(38, 10)', 'decimal(18, 0)'],
};

it(
  'in every codec, version and type that DuckDB has',
  () =>
    withFolder(async (folder) => {
      const path = join(folder, 'x.parquet');
      const source = join(folder, 'x.ndjson');
      const options = fc.record({
        compression: fc.constantFrom('uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'),
        parquet_version: fc.constantFrom('v1', 'v2'),
        dictionary_size_limit: fc.constantFrom(0, 3, 100_000),
      });
      const types = fc.tuple(
        ...ORDER_SCHEMA.map(({ name }) => fc.constantFrom(...(TYPES[name] ?? ['varchar', 'blob']))),
      );
      const property = fc.asyncProperty(
        rowsOf(true),
        types,
        options,
        windows,
        async (events, chosen, written, reading) => {
          await writeFile(source, events.map((event) => JSON.stringify(event)).join('\n'));
          const stored = ORDER_SCHEMA.map(
            ({ name }) => `'${name}': '${NUMBERS.includes(name) ? 'bigint' : 'varchar'}'`,
          );
          const columns = ORDER_SCHEMA.map(({ name }, i) => {
            if (name === 'event_time') return `make_timestamp(${name} * 1000)::${chosen[i]} as ${name}`;
            return chosen[i] === 'blob' ? `encode(${name}) as ${name}` : `${name}::${chosen[i]} as ${name}`;
          });
          const copyOptions = Object.entries(written).map(([key, value]) => `${key} ${value}`);
          await duckdb(
            "set timezone = 'UTC'",
            `copy (select ${columns.join(', ')} from read_json('${source}', columns = {${stored.join(', ')}})) to '${path}' (format parquet, ${copyOptions.join(', ')})`,
          );
          expect(await readColumns(path, reading)).toEqual(expectedColumns(events));
        },
      );
      await fc.assert(property, { numRuns: 15 });
    }),
  60_000,
);
