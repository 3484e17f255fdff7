import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { literal } from '../engine/export/sql/sql-text.ts';
import { dayAfter, orderSql } from './order-sql.ts';

/** Real-like orders by day, as a shop would keep its history. */
export interface DailyOrders {
  /** About so many, in all days together. */
  readonly rows: number;
  readonly days: number;
  readonly seed: number;
}

/** They are on the disk. */
export interface DailyFiles {
  readonly folder: string;
  /** A file for each day, ascending. */
  readonly files: readonly string[];
  /** Inclusive. */
  readonly span: { readonly from: string; readonly to: string };
}

/** What DuckDB makes at once in a few GB of memory. */
const ROWS_AT_ONCE = 5_000_000;

/** Writes a Parquet file (zstd, row groups of 122,880) for each UTC day, once: they stay in the system's temporary folder. */
export async function dailyOrderFiles(set: DailyOrders): Promise<DailyFiles> {
  const { rows, days } = set;
  const pieces = Math.min(days, Math.ceil(rows / ROWS_AT_ONCE));
  const bounds = Array.from({ length: pieces + 1 }, (_, i) => Math.round((i * days) / pieces));
  const folder = folderOf(set, bounds);
  if (!existsSync(folder)) {
    console.log(`writing about ${rows} order events of ${days} days to ${folder} …`);
    const unfinished = `${folder}.${process.pid}`;
    await mkdir(unfinished, { recursive: true });
    for (const [i, from] of bounds.slice(0, -1).entries()) {
      await writePiece({ set, from, to: bounds[i + 1] ?? days, folder: unfinished });
    }
    await rename(unfinished, folder);
  }
  const names = (await readdir(folder)).sort();
  return {
    folder,
    files: names.map((name) => join(folder, name)),
    span: { from: dayAfter(0), to: dayAfter(days - 1) },
  };
}

async function writePiece(options: {
  readonly set: DailyOrders;
  readonly from: number;
  readonly to: number;
  readonly folder: string;
}): Promise<void> {
  const { set, from, to, folder } = options;
  const { prelude, selectDay } = sqlOf(set, from, to);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const sql of prelude) await connection.run(sql);
    for (let day = 0; day < to - from; day++) {
      const file = join(folder, `orders-${dayAfter(from + day)}.parquet`);
      const format = 'format parquet, codec zstd, row_group_size 122880';
      await connection.run(`copy (${selectDay(day)}) to ${literal(file)} (${format})`);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const sqlOf = ({ rows, days, seed }: DailyOrders, from: number, to: number) =>
  orderSql({
    kind: 'real',
    rows: Math.ceil((rows * (to - from)) / days),
    seed,
    window: { from, days: to - from, ofRows: rows },
  });

const parent = (): string => join(tmpdir(), 'gmv-bench-daily');

function folderOf(set: DailyOrders, bounds: readonly number[]): string {
  const hash = createHash('sha256');
  for (const [i, from] of bounds.slice(0, -1).entries()) {
    const { prelude, selectDay } = sqlOf(set, from, bounds[i + 1] ?? from);
    hash.update([...prelude, selectDay(0)].join(';'));
  }
  const { rows, days, seed } = set;
  return join(parent(), `${rows}-${days}-${seed}-${hash.digest('hex').slice(0, 8)}`);
}

/** Deletes what {@link dailyOrderFiles} keeps. */
export async function discardDailyOrders(): Promise<void> {
  await rm(parent(), { recursive: true, force: true });
}
