import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defaultCatalogue } from '../engine/definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import type { DayFigures } from '../engine/figures/day-figures.ts';
import { compilePlan } from '../engine/plan/compile-plan.ts';
import { replayFiles } from '../engine/runtime/replay/replay-files.ts';
import { createFigureDigest } from './figure-digest.ts';
import { type Measured, runBench } from './harness.ts';
import { duckdbFigures } from './replay-duckdb.ts';
import { writeOrders } from './write-orders.ts';

/**
 * Replay of the default catalogue from Parquet. The peer is told the figures that a person would ask SQL for:
 * one query per rollup with exact distinct counts by day and key, over a table that was deduplicated once.
 * The engine keeps more in the same time: minute and hour slices, hourly distinct counts and identity. Reading the
 * answers is not timed for either.
 */
const plan = compilePlan({
  catalogue: defaultCatalogue,
  schema: ORDER_SCHEMA,
  timeZone: 'UTC',
  currency: null,
});

async function replay(file: string, threads: number): Promise<Measured> {
  const days: DayFigures[] = [];
  const { counts, seconds } = await replayFiles({
    plan,
    files: [file],
    threads,
    onDay: (figures) => void days.push(figures),
  });
  const digest = createFigureDigest(plan);
  for (const day of days) digest.addDay(day);
  return { rows: counts.rows, seconds, answer: digest.finish() };
}

interface Input {
  readonly file: string;
  readonly generated: boolean;
}

await runBench<Input>({
  question: 'How fast does the default catalogue replay from Parquet, against DuckDB on the same figures?',
  rows: 1_000_000,
  async prepare({ rows, file }) {
    if (file !== null) {
      if (!existsSync(file)) throw new Error(`${file} does not exist: give a Parquet file of order events`);
      return { file: resolve(file), generated: false };
    }
    console.log(`writing ${rows} order events (--rows N for more, --file F for your own) …`);
    return { file: await writeOrders(rows), generated: true };
  },
  cleanUp: async ({ file, generated }) => {
    if (generated) await rm(file);
  },
  contenders: [
    { name: 'DuckDB, 1 thread', run: ({ file }) => duckdbFigures({ file, plan, threads: 1 }) },
    { name: 'engine, 1 thread', run: ({ file }) => replay(file, 1) },
    { name: 'engine, 2 threads', run: ({ file }) => replay(file, 2) },
    { name: 'DuckDB, 2 threads', run: ({ file }) => duckdbFigures({ file, plan, threads: 2 }) },
  ],
});
