import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ColumnMetaData, type FileMetaData, parquetMetadata } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { wholePlan } from '../../engine/cli/whole-plan.ts';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../../engine/events/order-schema.ts';
import type { DayFigures } from '../../engine/figures/day-figures.ts';
import { replayFiles } from '../../engine/runtime/replay/replay-files.ts';
import { openParquetFile } from '../../engine/sources/parquet/open-file.ts';
import { ALL_COLUMNS, expectedColumns, readColumns } from '../../engine/sources/parquet/parquet-fixtures.ts';
import { describeType } from '../../engine/sources/parquet/stored-type.ts';
import { KNOWN_ROWS, knownEvents } from './known-rows.ts';

/**
 * Files that other programs wrote: a new case is two files dropped here, `x.parquet` with the rows of known-rows.ts
 * and `x.json` that says who wrote it and what it shows. The test holds the file to both.
 */
const FOLDER = fileURLToPath(new URL('.', import.meta.url));

const Case = z.strictObject({
  writer: z.string(),
  about: z.string(),
  rows: z.number().default(KNOWN_ROWS),
  rowGroups: z.number().optional(),
  /** Columns that the file lacks. */
  lacks: z.array(z.string()).default([]),
  codec: z.string().optional(),
  /** Column → encodings of its data pages. */
  encodings: z.record(z.string(), z.array(z.string())).default({}),
  /** Column → its stored type, as messages say it. */
  types: z.record(z.string(), z.string()).default({}),
  /** Whether the footer has bounds of event_time; default: not looked at. */
  statistics: z.boolean().optional(),
});

const cases = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({
    name: name.slice(0, -'.json'.length),
    told: Case.parse(JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))),
  }));

it('every Parquet file here has its description', () => {
  const parquet = readdirSync(FOLDER).filter((name) => name.endsWith('.parquet'));
  expect(parquet.map((name) => name.slice(0, -'.parquet'.length))).toEqual(cases.map(({ name }) => name));
});

/** What the footer says of a column's chunks. */
function chunksOf(metadata: FileMetaData, name: string): ColumnMetaData[] {
  const chunks = metadata.row_groups.flatMap(({ columns }) => columns.map(({ meta_data: m }) => m));
  return chunks
    .filter((chunk) => chunk !== undefined)
    .filter((chunk) => chunk.path_in_schema.join('.') === name);
}

describe.each(cases)('$name ($told.writer): $told.about', ({ name, told }) => {
  const path = join(FOLDER, `${name}.parquet`);

  it('holds what its description says', async () => {
    const file = await openParquetFile(path, ORDER_SCHEMA, ALL_COLUMNS);
    await file.close();
    const metadata = parquetMetadata(new Uint8Array(readFileSync(path)));
    expect(file.rows).toBe(told.rows);
    if (told.rowGroups !== undefined) expect(file.rowGroups).toHaveLength(told.rowGroups);
    if (told.codec) {
      const codecs = ALL_COLUMNS.flatMap((column) => chunksOf(metadata, column).map(({ codec }) => codec));
      expect([...new Set(codecs)]).toEqual([told.codec]);
    }
    for (const [column, type] of Object.entries(told.types)) {
      const element = file.columns.get(column)?.element;
      expect(element && describeType(element), column).toBe(type);
    }
    for (const [column, encodings] of Object.entries(told.encodings)) {
      const found = chunksOf(metadata, column).flatMap((chunk) => chunk.encodings);
      expect(found, column).toEqual(expect.arrayContaining(encodings));
    }
    if (told.statistics !== undefined) {
      expect(file.rowGroups.every(({ minTimeMs }) => (minTimeMs !== null) === told.statistics)).toBe(true);
    }
  });

  it('reads as the known rows, every value of every column', async () => {
    const expected = expectedColumns(knownEvents(told.rows, told.lacks));
    for (const options of [{}, { windowRows: 37, batchCapacity: 10 }]) {
      const read = await readColumns(path, options);
      for (const [column, values] of Object.entries(expected))
        expect(read[column] ?? [], column).toEqual(values);
    }
  });
});

it('the same rows from every file are duplicates of each other, and never conflicts', async () => {
  const days: DayFigures[] = [];
  const { counts } = await replayFiles({
    plan: wholePlan({ catalogue: defaultCatalogue, timeZone: 'Asia/Shanghai', currency: 'CNY' }),
    files: cases.map(({ name }) => join(FOLDER, `${name}.parquet`)),
    threads: 1,
    onDay: (figures) => void days.push(figures),
  });
  const one = knownEvents();
  const inYears = one.filter(({ event_time: time }) => Number(time) >= 0);
  const applied = inYears.filter(({ amount_minor: amount }) => Number(amount) < 1e13).length;
  expect(counts).toMatchObject({ conflicts: 0, late: 0, applied });
  expect(counts.rows).toBe(cases.reduce((sum, { told }) => sum + told.rows, 0));
  expect(counts.rows).toBe(counts.applied + counts.duplicates + counts.rejected);
  expect(Object.keys(counts.rejectedBy)).toEqual(['amount_over_cap', 'time_out_of_range']);
  expect(days).toHaveLength(
    new Set(inYears.map(({ event_time: time }) => Math.floor((Number(time) + 28_800_000) / 86_400_000))).size,
  );
});
