import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SchemaElement } from 'hyparquet';
import { expect, it } from 'vitest';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { openParquetFile } from './open-file.ts';
import { ALL_COLUMNS, withFolder } from './parquet-fixtures.ts';
import { contradiction } from './stored-type.ts';

const PYARROW = join(import.meta.dirname, '../../../test/parquet-files/pyarrow-decimals-as-integers.parquet');

it.each<[Omit<SchemaElement, 'name'>, string | null]>([
  [{ converted_type: 'DECIMAL', precision: 9, scale: 2 }, null],
  [{ logical_type: { type: 'DECIMAL', precision: 9, scale: 2 } }, null],
  [
    {
      ...{ logical_type: { type: 'DECIMAL', precision: 9, scale: 2 } },
      ...{ converted_type: 'DECIMAL', precision: 9, scale: 2 },
    },
    null,
  ],
  [
    {
      ...{ logical_type: { type: 'DECIMAL', precision: 9, scale: 2 } },
      ...{ converted_type: 'DECIMAL', precision: 9 },
    },
    'DECIMAL(9,2) and DECIMAL(9,0) at once',
  ],
  [
    {
      ...{ logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } },
      ...{ converted_type: 'TIMESTAMP_MILLIS' },
    },
    'TIMESTAMP_MICROS and TIMESTAMP_MILLIS at once',
  ],
  [{ logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'NANOS' } }, null],
  [
    { logical_type: { type: 'INTEGER', bitWidth: 32, isSigned: false }, converted_type: 'INT_32' },
    'UINT_32 and INT_32 at once',
  ],
  [{ logical_type: { type: 'INTEGER', bitWidth: 8, isSigned: true }, converted_type: 'INT_8' }, null],
  [{ logical_type: { type: 'STRING' }, converted_type: 'ENUM' }, null],
  [{ logical_type: { type: 'STRING' }, converted_type: 'DECIMAL' }, 'text and DECIMAL(undefined,0) at once'],
  [{ logical_type: { type: 'UUID' } }, null],
])('of %j its two annotations contradict each other: %s', (element, expected) => {
  expect(contradiction({ name: 'x', ...element })).toBe(expected);
});

it('refuses a file whose decimals have two scales, naming the column', () =>
  withFolder(async (folder) => {
    const bytes = await readFile(PYARROW);
    const path = join(folder, 'x.parquet');
    // The scale of the logical type of `quantity`: 2, as Thrift writes it (zigzag), becomes 34.
    expect(bytes[14_382]).toBe(4);
    bytes[14_382] = 68;
    await writeFile(path, bytes);
    await expect(openParquetFile(path, ORDER_SCHEMA, ALL_COLUMNS)).rejects.toThrow(
      `column "quantity" is DECIMAL(9,34) and DECIMAL(9,2) at once: nobody can tell which is meant`,
    );
  }));
