import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { openParquetFile } from './open-file.ts';
import { ALL_COLUMNS, duckdb, withFolder } from './parquet-fixtures.ts';

const EVENT = `select 'e' as event_id, timestamp '2024-01-01' as event_time, 'paid' as type, 'o' as order_id,
  1 as line, 'p' as product_id, 1 as quantity, 100::bigint as amount_minor, 'CNY' as currency`;

const write = async (path: string, query = EVENT, options = ''): Promise<void> => {
  await duckdb(`copy (${query}) to '${path}' (format parquet${options})`);
};

/** What opening a file says when it is refused. */
async function refusal(path: string, columns: readonly string[] = ALL_COLUMNS): Promise<string> {
  const opened = await openParquetFile(path, ORDER_SCHEMA, columns).then(
    () => 'opened',
    (error: Error) => `${error.name}: ${error.message}`,
  );
  return opened.replaceAll(path, 'FILE');
}

describe('openParquetFile refuses, naming file, column and remedy,', () => {
  const inFile = (bytes: Uint8Array): Promise<string> =>
    withFolder(async (folder) => {
      const path = join(folder, 'x.parquet');
      await writeFile(path, bytes);
      return refusal(path);
    });
  const fromQuery = (query: string): Promise<string> =>
    withFolder(async (folder) => {
      const path = join(folder, 'x.parquet');
      await write(path, query);
      return refusal(path);
    });

  it('a file that is not there', async () => {
    expect(await refusal('/nowhere/x.parquet')).toBe(
      "GmvError: FILE can't be opened (ENOENT). Check path and permissions.",
    );
  });

  it('an empty one, a text, a short one', async () => {
    expect(await inFile(new Uint8Array(0))).toMatch(/^GmvError: FILE is empty \(0 bytes\)\. Write/);
    expect(await inFile(Buffer.from('id,amount\n1,2\n3,4\n'))).toMatch(
      /is not a Parquet file \(it does not begin/,
    );
    expect(await inFile(Buffer.from('PAR1'))).toMatch(/has only 4 bytes/);
  });

  it('one cut short, wherever, and one with a damaged footer', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'x.parquet');
      await write(path);
      const bytes = await readFile(path);
      for (const length of [13, 100, bytes.length - 9, bytes.length - 1]) {
        expect(await inFile(bytes.subarray(0, length))).toMatch(/^GmvError: FILE was cut short/);
      }
      const footerAt = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
      const damaged = Buffer.from(bytes).fill(0xff, footerAt, footerAt + 40);
      expect(await inFile(damaged)).toMatch(/^GmvError: FILE has a footer that can't be read/);
      const tooLong = Buffer.from(bytes);
      tooLong.writeUInt32LE(0x7fffffff, bytes.length - 8);
      expect(await inFile(tooLong)).toMatch(/^GmvError: FILE has a footer of 2147483647 bytes in a file of/);
    }));

  it('missing required columns, all in one error, with what the file has', async () => {
    expect(
      await fromQuery(`select * exclude (event_id, currency), 'CNY' as "Currency" from (${EVENT})`),
    ).toBe(
      'GmvError: FILE: column "event_id" is missing; column "currency" is missing (there is "Currency": names are ' +
        'case-sensitive). The file has the columns event_time, type, order_id, line, product_id, quantity, ' +
        "amount_minor, Currency. Rename or cast them to the order event's schema.",
    );
  });

  const wrongTypes = [
    ['event_time', '1704067200000::bigint', 'INT64 INT_64, a TIMESTAMP is needed'],
    ['event_time', "date '2024-01-01'", 'INT32 DATE, a TIMESTAMP is needed'],
    ['event_time', "'2024-01-01'", 'BYTE_ARRAY UTF8, a TIMESTAMP is needed'],
    ['event_time', "time '12:00:00'", 'INT64 TIME, a TIMESTAMP is needed'],
    ['event_time', 'null', 'INT32 INT_32, a TIMESTAMP is needed'],
    [
      'amount_minor',
      '1.5::double',
      'DOUBLE, an INTEGER, BIGINT or DECIMAL is needed (amounts in minor units)',
    ],
    ['amount_minor', '1::float', 'FLOAT, an INTEGER, BIGINT or DECIMAL is needed (amounts in minor units)'],
    ['amount_minor', 'null::double', 'DOUBLE, an INTEGER, BIGINT or DECIMAL is needed'],
    ['amount_minor', '1::hugeint', 'DOUBLE, an INTEGER, BIGINT or DECIMAL is needed'],
    ['amount_minor', "'100'", 'BYTE_ARRAY UTF8, an INTEGER, BIGINT or DECIMAL is needed'],
    [
      'amount_minor',
      "timestamp '2024-01-01'",
      'INT64 TIMESTAMP(MICROS), an INTEGER, BIGINT or DECIMAL is needed',
    ],
    ['line', 'true', 'BOOLEAN, an INTEGER, BIGINT or DECIMAL is needed'],
    ['order_id', '17.5', 'DECIMAL(3,1), a string (VARCHAR) is needed, an integer or a UUID: cast it'],
    ['order_id', '17::double', 'DOUBLE, a string (VARCHAR) is needed, an integer or a UUID: cast it'],
    [
      'order_id',
      "date '2024-01-01'",
      'INT32 DATE, a string (VARCHAR) is needed, an integer or a UUID: cast it',
    ],
    ['type', '2', 'INT32 INT_32, a string (VARCHAR) is needed'],
    ['currency', '156::smallint', 'INT32 INT_16, a string (VARCHAR) is needed'],
    ['category', 'true', 'BOOLEAN, a string (VARCHAR) is needed, an integer or a UUID: cast it'],
    ['category', "interval '1 day'", 'FIXED_LEN_BYTE_ARRAY INTERVAL, a string (VARCHAR) is needed'],
    ['category', "['a']", 'nested (LIST), a flat column is needed'],
    ['category', "{'a': 1}", 'nested (group), a flat column is needed'],
  ] as const;
  for (const [column, value, what] of wrongTypes) {
    it(`${column} as ${value}`, async () => {
      const others = `exclude (${column === 'category' ? 'line' : column})`;
      const line = column === 'category' ? ', 1 as line' : '';
      const told = await fromQuery(`select * ${others}, ${value} as ${column}${line} from (${EVENT})`);
      expect(told).toContain(`FILE: column "${column}" is ${what}`);
    });
  }
});

describe('openParquetFile', () => {
  it('checks only the columns that are asked for', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'x.parquet');
      await write(path, "select 'CNY' as currency, 1.5::double as amount_minor");
      const file = await openParquetFile(path, ORDER_SCHEMA, ['currency', 'region']);
      expect([...file.columns.keys()]).toEqual(['currency']);
      await file.close();
      expect(await refusal(path, ['currency', 'amount_minor'])).toContain('column "amount_minor" is DOUBLE');
    }));

  it('tells rows and time bounds of each row group', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'x.parquet');
      const query = `select * replace (timestamp '2024-01-01' + interval (i) second as event_time)
        from (${EVENT}) cross join range(5000) t(i)`;
      await write(path, query, ', row_group_size 2048');
      const file = await openParquetFile(path, ORDER_SCHEMA, ALL_COLUMNS);
      const start = Date.UTC(2024, 0, 1);
      expect(file).toMatchObject({ path, rows: 5000, bytes: (await readFile(path)).length });
      expect(file.rowGroups.map(({ bytes: _bytes, columnBytes: _columns, ...group }) => group)).toEqual([
        { index: 0, rows: 2048, minTimeMs: start, maxTimeMs: start + 2_047_000 },
        { index: 1, rows: 2048, minTimeMs: start + 2_048_000, maxTimeMs: start + 4_095_000 },
        { index: 2, rows: 904, minTimeMs: start + 4_096_000, maxTimeMs: start + 4_999_000 },
      ]);
      await file.close();
    }));

  it('has no time bounds where every time is null', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'x.parquet');
      await write(path, `select * replace (null::timestamp as event_time) from (${EVENT})`);
      const file = await openParquetFile(path, ORDER_SCHEMA, ALL_COLUMNS);
      expect(file.rowGroups).toMatchObject([{ rows: 1, minTimeMs: null, maxTimeMs: null }]);
      await file.close();
    }));

  it('gives copies one fingerprint and other rows another', () =>
    withFolder(async (folder) => {
      const [a, b, c] = ['a', 'b', 'c'].map((name) => join(folder, `${name}.parquet`)) as [
        string,
        string,
        string,
      ];
      await write(a);
      await copyFile(a, b);
      await write(c, EVENT.replace('100::bigint', '101::bigint'));
      const prints = await Promise.all(
        [a, b, c].map(async (path) => {
          const file = await openParquetFile(path, ORDER_SCHEMA, ALL_COLUMNS);
          await file.close();
          return file.fingerprint;
        }),
      );
      expect(prints[0]).toMatch(/^[0-9a-f]{64}$/);
      expect(prints[1]).toBe(prints[0]);
      expect(prints[2]).not.toBe(prints[0]);
    }));
});
