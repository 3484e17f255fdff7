import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { GmvError } from '../errors.ts';

/** Version of the tables below; a file of another one is refused. */
const FORMAT_VERSION = 1;

const FIXED_TABLES = [
  `CREATE TABLE IF NOT EXISTS generations (
    id INTEGER NOT NULL, day VARCHAR NOT NULL, origin VARCHAR NOT NULL, plan_fingerprint VARCHAR NOT NULL,
    published_at BIGINT NOT NULL, counts JSON NOT NULL, contents JSON NOT NULL, replaces INTEGER)`,
  'CREATE TABLE IF NOT EXISTS published (day VARCHAR NOT NULL, generation INTEGER NOT NULL)',
  `CREATE TABLE IF NOT EXISTS curves (
    generation INTEGER NOT NULL, rollup VARCHAR NOT NULL, metric VARCHAR NOT NULL,
    minute USMALLINT NOT NULL, new_ids BIGINT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS identity (
    generation INTEGER NOT NULL, rollup VARCHAR NOT NULL, metric VARCHAR NOT NULL,
    key VARCHAR, ids INTEGER NOT NULL, delta_ids BLOB NOT NULL)`,
  // Keys of events that no metric counts.
  'CREATE TABLE IF NOT EXISTS silent_keys (generation INTEGER NOT NULL, rollup VARCHAR NOT NULL, key VARCHAR)',
];

/** An open file: one connection that writes, one that reads what was committed. */
export interface HistoryFile {
  readonly writer: DuckDBConnection;
  readonly reader: DuckDBConnection;
  close(): Promise<void>;
}

/** An SQL identifier for any text. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Opens the DuckDB file, or makes it.
 *
 * @throws GmvError `history_format` for a file of another version, `history_open` where it can't be opened.
 */
export async function openHistoryFile(path: string): Promise<HistoryFile> {
  let instance: DuckDBInstance;
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    instance = await DuckDBInstance.create(path, { threads: '2', memory_limit: '1GB' });
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
    await checkFormat(writer, path);
    for (const sql of FIXED_TABLES) await writer.run(sql);
  } catch (error) {
    writer.closeSync();
    instance.closeSync();
    throw error;
  }
  const reader = await instance.connect();
  return {
    writer,
    reader,
    async close() {
      reader.closeSync();
      await writer.run('CHECKPOINT');
      writer.closeSync();
      instance.closeSync();
    },
  };
}

async function checkFormat(connection: DuckDBConnection, path: string): Promise<void> {
  const tables = await connection.runAndReadAll('SELECT table_name FROM duckdb_tables()');
  const names = tables.getRows().map(([name]) => name);
  if (names.length === 0) {
    await connection.run(`CREATE TABLE format AS SELECT ${FORMAT_VERSION}::INTEGER AS version`);
    return;
  }
  const found = names.includes('format')
    ? (await connection.runAndReadAll('SELECT version FROM format')).getRows()[0]?.[0]
    : undefined;
  if (found === FORMAT_VERSION) return;
  throw new GmvError(
    'history_format',
    found === undefined
      ? `history ${path} is a DuckDB file of something else`
      : `history ${path} has format version ${found}, this program reads version ${FORMAT_VERSION}`,
    'Start the version that wrote it, or move the file away and load history again.',
  );
}
