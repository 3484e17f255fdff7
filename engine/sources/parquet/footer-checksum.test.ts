import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createOrderFileWriter } from '../../archive/order-file-writer.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { checkThrift } from './check-thrift.ts';
import { openParquetFile, type ParquetFile } from './open-file.ts';
import { ALL_COLUMNS, withFolder } from './parquet-fixtures.ts';

it('a file of ours is refused whichever bit of its footer is wrong', () =>
  withFolder(async (folder) => {
    const path = join(folder, 'orders.parquet');
    const writer = await createOrderFileWriter({ path, schema: ORDER_SCHEMA });
    await writer.append({ event_time: [Date.UTC(2024, 0, 1)], currency: ['CNY'] }, 1);
    await writer.close();
    const sound = await readFile(path);
    const footerAt = sound.length - 8 - sound.readUInt32LE(sound.length - 8);
    const meaningOf = ({ rowGroups, columns }: ParquetFile) => ({ rowGroups, columns: [...columns] });
    const whole = await openParquetFile(path, ORDER_SCHEMA, ALL_COLUMNS);
    await whole.close();
    const meaning = meaningOf(whole);
    let opened = 0;
    for (let at = footerAt; at < sound.length; at++) {
      const damaged = Buffer.from(sound);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at & 7));
      const memory = {
        state: { bytes: damaged.length, modifiedMs: 0 },
        read: async (offset: number, length: number) =>
          new Uint8Array(damaged.subarray(offset, offset + length)),
        currentState: async () => ({ bytes: damaged.length, modifiedMs: 0 }),
        close: async () => undefined,
      };
      const told = await openParquetFile(path, ORDER_SCHEMA, ALL_COLUMNS, async () => memory).then(
        meaningOf,
        (error: Error) => error.name,
      );
      if (typeof told === 'string') expect(told).toBe('GmvError');
      // Where the checksum's or the writer's own name is wrong there is none to fail, and nothing else is wrong.
      else expect(told).toEqual(meaning);
      if (typeof told !== 'string') opened++;
    }
    expect(opened).toBeLessThan(30);
    const renamed = Buffer.from(sound);
    renamed.write('country_', sound.indexOf('currency', footerAt));
    await writeFile(path, renamed);
    await expect(openParquetFile(path, ORDER_SCHEMA, ALL_COLUMNS)).rejects.toMatchObject({
      code: 'parquet_file',
      message: expect.stringContaining('it fails its checksum'),
    });
  }));

it.each([
  [
    'a list of more entries than there are bytes',
    [0x19, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x00],
    /entries where/,
  ],
  ['a text longer than what is left', [0x18, 0x7f, 0x61, 0x00], /127 entries where/],
  [
    'a number that does not end',
    [0x15, ...new Array<number>(12).fill(0xff), 0x00],
    /number of more than 10 bytes/,
  ],
  ['structs without an end', new Array<number>(100).fill(0x1c), /structs within structs/],
  ['a type that Parquet has not', [0x1e, 0x00], /type 14/],
  ['nothing behind its first byte', [0x15], /bounds/],
])('%s is refused before anything is made of it', (_what, bytes, told) => {
  expect(() => checkThrift(new DataView(Uint8Array.from(bytes).buffer), 0)).toThrow(told);
});
