import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlText } from '../sql-text.ts';
import { type FileColumn, writeColumnFile } from './column-file.ts';
import { codedTexts } from './text-entries.ts';

let folder: string;
let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  // As a data folder may be called.
  folder = mkdtempSync(join(tmpdir(), "gmv's [a]*? "));
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

const row = fc.record({
  text: fc.option(
    fc.oneof(fc.constantFrom('', '支付宝', '"; drop table', '🛒'), fc.string({ unit: 'grapheme' })),
  ),
  number: fc.oneof(fc.maxSafeInteger(), fc.constant(0)),
  integer: fc.integer(),
  bytes: fc.uint8Array({ maxLength: 40 }),
});

/** One value after another, its length in 32 bits before each. */
function withLengths(values: readonly Uint8Array[]): Uint8Array {
  const parts = values.map((value) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(value.length);
    return Buffer.concat([length, value]);
  });
  return Buffer.concat(parts);
}

describe('a file of columns', () => {
  it('is read by DuckDB as it was written, whatever the texts and wherever there is none', async () => {
    let files = 0;
    const anyRows = fc.oneof(
      fc.array(row, { minLength: 1, maxLength: 60 }),
      fc.array(
        row.map((each) => ({ ...each, text: null })),
        { minLength: 1, maxLength: 20 },
      ),
    );
    await fc.assert(
      fc.asyncProperty(anyRows, async (rows) => {
        const path = join(folder, `${++files}.parquet`);
        const columns: FileColumn[] = [
          { name: 'key', kind: 'text', ...codedTexts(rows.map(({ text }) => text)) },
          { name: 'Umsätze "x"', kind: 'number', values: Float64Array.from(rows, ({ number }) => number) },
          { name: 'slot', kind: 'integer', values: Int32Array.from(rows, ({ integer }) => integer) },
          { name: 'ids', kind: 'bytes', values: withLengths(rows.map(({ bytes }) => bytes)) },
        ];
        await writeColumnFile({ path, rows: rows.length, columns });
        const read = await connection.runAndReadAll(
          `SELECT key, "Umsätze ""x""", slot, hex(ids) FROM read_parquet(${sqlText(path)})`,
        );
        expect(read.getRows()).toEqual(
          rows.map(({ text, number, integer, bytes }) => [
            text,
            number,
            integer,
            Buffer.from(bytes).toString('hex').toUpperCase(),
          ]),
        );
      }),
      { numRuns: 60 },
    );
  });
});
