import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { literal } from '../engine/export/sql/sql-text.ts';
import { type OrderSetKind, orderSql } from './order-sql.ts';

const CODECS = ['zstd', 'snappy'] as const;
export const SET_KINDS: readonly OrderSetKind[] = ['real', 'independent'];

export interface OrderSet {
  readonly kind: OrderSetKind;
  readonly rows: number;
  readonly codec: (typeof CODECS)[number];
  readonly seed: number;
}

/** Options of the command line that say which sets a benchmark takes. */
export const SET_OPTIONS = {
  rows: { type: 'string', default: '5000000' },
  /** Default: both. */
  set: { type: 'string' },
  codec: { type: 'string', default: 'zstd' },
  seed: { type: 'string', default: '7' },
  /** Deletes the files when done. */
  discard: { type: 'boolean', default: false },
} as const;

/** The sets that the options name. */
export function chosenSets(values: Readonly<Record<string, unknown>>): OrderSet[] {
  const codec = CODECS.find((known) => known === values.codec);
  const kinds = SET_KINDS.filter((kind) => values.set === undefined || values.set === kind);
  const [rows, seed] = [Number(values.rows), Number(values.seed)];
  if (!codec || kinds.length === 0 || !(rows > 0) || !Number.isInteger(seed)) {
    throw new Error(
      `give --rows and --seed as numbers, --set ${SET_KINDS.join(' or ')}, --codec ${CODECS.join(' or ')}`,
    );
  }
  return kinds.map((kind) => ({ kind, rows, codec, seed }));
}

/**
 * The Parquet file of a set of generated order events (28 days, row groups of 122,880 in order of arrival). It is
 * written once and kept in the system's folder for temporary files, under a name that tells what is in it.
 */
export async function orderFile(set: OrderSet): Promise<string> {
  const file = pathOf(set);
  if (existsSync(file)) return file;
  console.log(`writing ${set.rows} ${set.kind} order events to ${file} …`);
  await mkdir(folder(), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  await writeOrders(set, unfinished);
  await rename(unfinished, file);
  return file;
}

/** Writes the set to a file. */
export async function writeOrders(set: OrderSet, file: string): Promise<void> {
  const { prelude, select } = orderSql(set);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const sql of prelude) await connection.run(sql);
    const format = `format parquet, codec ${set.codec}, row_group_size 122880`;
    await connection.run(`copy (${select}) to ${literal(file)} (${format})`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Deletes what {@link orderFile} keeps. */
export async function discardOrderFiles(): Promise<void> {
  await rm(folder(), { recursive: true, force: true });
}

const folder = (): string => join(tmpdir(), 'gmv-bench');

function pathOf({ kind, rows, codec, seed }: OrderSet): string {
  const { prelude, select } = orderSql({ kind, rows, seed });
  const written = createHash('sha256')
    .update([...prelude, select].join(';'))
    .digest('hex')
    .slice(0, 8);
  return join(folder(), `orders-${kind}-${rows}-${codec}-${seed}-${written}.parquet`);
}
