import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { openParquetFile } from './open-file.ts';
import { ALL_COLUMNS, duckdb, withFolder } from './parquet-fixtures.ts';
import { columnsToRead, untoldColumns } from './unread-columns.ts';

const NULLABLE = ORDER_SCHEMA.filter(({ nullable }) => nullable).map(({ name }) => name);
const OTHERS = `'e' || i AS event_id, make_timestamp(1700000000000000 + i) AS event_time, 'paid' AS type, 'o' AS order_id,
  1 AS line, 'p' AS product_id, 1 AS quantity, 100 AS amount_minor, 'EUR' AS currency`;

/** A file of these columns besides the required ones: what the footer leaves open, and what must be read. */
const told = (columns: string, rows = 5000): Promise<{ untold: string[]; toRead: string[] }> =>
  withFolder(async (folder) => {
    const path = join(folder, 'a.parquet');
    await duckdb(
      `COPY (SELECT ${OTHERS}, ${columns} FROM range(${rows}) t(i)) TO '${path}' (FORMAT parquet)`,
    );
    const file = await openParquetFile(path, ORDER_SCHEMA, ALL_COLUMNS);
    try {
      const of = { file, group: 0, columns: NULLABLE };
      return { untold: untoldColumns(of), toRead: await columnsToRead(of) };
    } finally {
      await file.close();
    }
  });

it('columns that the file lacks, numbers, UUIDs and sound dictionaries may stay unread', async () => {
  expect(
    await told(`'b' || (i % 7) AS buyer_id, i AS merchant_id, uuid() AS category, NULL::INTEGER AS region,
      repeat('x', 1024) AS channel, CASE WHEN i % 3 = 0 THEN NULL ELSE '中国' END AS country`),
  ).toEqual({ untold: [], toRead: [] });
});

it('texts that are not entries of a dictionary must be read', async () => {
  expect(await told(`md5(i::VARCHAR) AS buyer_id, 'c' || (i % 5) AS category`, 150_000)).toEqual({
    untold: ['buyer_id'],
    toRead: ['buyer_id'],
  });
});

it('so must a dictionary with one text that is too long or no UTF-8', async () => {
  expect(
    await told(`CASE WHEN i = 17 THEN repeat('x', 1025) ELSE 'web' END AS channel, 'c' AS category`),
  ).toEqual({
    untold: [],
    toRead: ['channel'],
  });
  expect(
    await told(`CASE WHEN i = 17 THEN '\\xFF'::BLOB ELSE 'de'::BLOB END AS country,
      CASE WHEN i = 17 THEN '\\xFF'::BLOB ELSE 'b'::BLOB END AS buyer_id`),
  ).toEqual({ untold: [], toRead: ['country'] });
});
