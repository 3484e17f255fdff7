import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { GmvError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { migrateFrom1 } from './migrate-from-1.ts';
import { inTransaction } from './transaction.ts';

/** Version of the tables below; of earlier ones a file is brought along, later ones are refused. */
export const HISTORY_VERSION = 2;

/** Tables whose rows are of a generation, as they were in every version. */
const TABLES_OF_FIGURES = [
  `CREATE TABLE IF NOT EXISTS curves (
    generation INTEGER NOT NULL, rollup VARCHAR NOT NULL, metric VARCHAR NOT NULL,
    minute USMALLINT NOT NULL, new_ids BIGINT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS identity (
    generation INTEGER NOT NULL, rollup VARCHAR NOT NULL, metric VARCHAR NOT NULL,
    key VARCHAR, ids INTEGER NOT NULL, delta_ids BLOB NOT NULL)`,
  // Keys of events that no metric counts.
  'CREATE TABLE IF NOT EXISTS silent_keys (generation INTEGER NOT NULL, rollup VARCHAR NOT NULL, key VARCHAR)',
];

/** Tables that say which generations there are, what is published, and what jobs do. */
const TABLES_OF_RECORDS = [
  // Generations that hold the same share a row: what each figure means and of which source it is.
  'CREATE TABLE IF NOT EXISTS shapes (id INTEGER NOT NULL, rollups VARCHAR NOT NULL)',
  `CREATE TABLE IF NOT EXISTS generations (
    id INTEGER NOT NULL, day VARCHAR NOT NULL, origin VARCHAR NOT NULL, plan_fingerprint VARCHAR NOT NULL,
    made_at BIGINT NOT NULL, shape INTEGER NOT NULL, sources VARCHAR NOT NULL, counted INTEGER NOT NULL,
    base INTEGER)`,
  // A day's pointer leads to the generation of its last publication that was not undone.
  `CREATE TABLE IF NOT EXISTS publications (
    id INTEGER NOT NULL, day VARCHAR NOT NULL, generation INTEGER NOT NULL, replaced INTEGER, job VARCHAR,
    published_at BIGINT NOT NULL, undone_at BIGINT, restates BOOLEAN NOT NULL)`,
  'CREATE TABLE IF NOT EXISTS jobs (id VARCHAR NOT NULL, seq INTEGER NOT NULL, document VARCHAR NOT NULL)',
  // `generation`: of a unit that is done. While the job is undecided, it is held.
  `CREATE TABLE IF NOT EXISTS job_units (
    job VARCHAR NOT NULL, day VARCHAR NOT NULL, unit VARCHAR NOT NULL, request VARCHAR, generation INTEGER)`,
  `CREATE TABLE IF NOT EXISTS job_log (
    job VARCHAR NOT NULL, seq INTEGER NOT NULL, at_ms BIGINT NOT NULL, actor VARCHAR NOT NULL, text VARCHAR NOT NULL,
    state VARCHAR)`,
  // What was compared last, by day: what an approval stands on.
  `CREATE TABLE IF NOT EXISTS job_comparisons (
    job VARCHAR NOT NULL, fingerprint VARCHAR NOT NULL, days VARCHAR NOT NULL)`,
];

/** An open file: one connection that writes, one that reads what was committed for views, one for long reads. */
export interface HistoryFile {
  readonly writer: DuckDBConnection;
  readonly reader: DuckDBConnection;
  readonly aside: DuckDBConnection;
  close(): Promise<void>;
}

/** Deletes the rows whose integer `column` is one of `values`. */
export async function deleteWhere(
  connection: DuckDBConnection,
  table: string,
  column: string,
  values: readonly number[],
): Promise<void> {
  await connection.run(`DELETE FROM ${table} WHERE ${column} IN (${values.join(', ')})`);
}

/** An SQL identifier for any text. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const SETTINGS = {
  // With two, an INSERT takes twice the processor time, for which live waits; statements still run beside each other.
  threads: '1',
  // What waits for a checkpoint takes up to 400 MB. More would be filled with pages of the file as that grows.
  memory_limit: '512MB',
  // Files of figures are read once.
  enable_external_file_cache: 'false',
  // A checkpoint writes the last row group of every table anew. By default one comes with every second or third day of a
  // backfill, and takes longer than those days; after a crash so much is read once more.
  checkpoint_threshold: '256MB',
} as const;

/**
 * Opens the DuckDB file, or makes it.
 *
 * @throws GmvError `history_format` for a file of a later version, `history_open` where it can't be opened.
 */
export async function openHistoryFile(options: { path: string; plan: Plan }): Promise<HistoryFile> {
  const { path, plan } = options;
  let instance: DuckDBInstance;
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    instance = await DuckDBInstance.create(path, SETTINGS);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new GmvError(
      'history_open',
      `history ${path} can't be opened: ${reason}`,
      'Stop the other program that holds it; if it is damaged, move it away and load history again.',
      { cause },
    );
  }
  const writer = await instance.connect();
  try {
    await bringAlong({ connection: writer, path, plan });
  } catch (error) {
    writer.closeSync();
    instance.closeSync();
    throw error;
  }
  const reader = await instance.connect();
  const aside = await instance.connect();
  return {
    writer,
    reader,
    aside,
    async close() {
      for (const connection of [reader, aside]) {
        connection.interrupt();
        // Waits for what still runs on it.
        await connection.run('SELECT 1').catch(() => undefined);
        connection.closeSync();
      }
      await writer.run('CHECKPOINT');
      writer.closeSync();
      instance.closeSync();
    },
  };
}

/** Makes the tables of a new file, and migrates those of an earlier version, in one transaction. */
async function bringAlong(options: {
  connection: DuckDBConnection;
  path: string;
  plan: Plan;
}): Promise<void> {
  const { connection, path, plan } = options;
  const tables = await connection.runAndReadAll('SELECT table_name FROM duckdb_tables()');
  const names = tables.getRows().map(([name]) => name);
  const found = names.includes('format')
    ? (await connection.runAndReadAll('SELECT version FROM format')).getRows()[0]?.[0]
    : undefined;
  if (found === HISTORY_VERSION) return;
  if (names.length > 0 && found !== 1) {
    throw new GmvError(
      'history_format',
      found === undefined
        ? `history ${path} is a DuckDB file of something else`
        : `history ${path} has format version ${found}, this program reads versions up to ${HISTORY_VERSION}`,
      'Start the version that wrote it, or move the file away and load history again.',
    );
  }
  await inTransaction(connection, async () => {
    if (found === 1) await connection.run('ALTER TABLE generations RENAME TO generations_1');
    for (const sql of [...TABLES_OF_FIGURES, ...TABLES_OF_RECORDS]) await connection.run(sql);
    if (found === 1) await migrateFrom1({ connection, plan });
    await connection.run('DROP TABLE IF EXISTS format');
    await connection.run(
      `CREATE TABLE format AS SELECT ${HISTORY_VERSION}::INTEGER AS version,
       (SELECT coalesce(max(id), 0) FROM generations)::INTEGER AS last_generation`,
    );
  });
}
