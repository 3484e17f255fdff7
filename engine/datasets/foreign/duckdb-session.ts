import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../../export/sql/sql-text.ts';
import { DECIMAL_MACROS } from './decimal-macros.ts';

export interface DuckdbSessionOptions {
  /** The only files that it may open. */
  readonly files: readonly string[];
  /** What doesn't fit in memory goes into a folder below. */
  readonly spill: string;
  /** Stops what runs. */
  readonly signal?: AbortSignal;
}

const SETTINGS = {
  // Beside live and a backfill's own threads: little of both.
  threads: '2',
  memory_limit: '512MB',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};

const INTERRUPT_EVERY_MS = 50;

/**
 * Runs work with a DuckDB in memory of its own, which sees the named files and nothing else of the machine: a SELECT
 * of the configuration opens no other file and no address, and can't change that.
 *
 * @throws the signal's reason where it stopped the work.
 */
export async function withDuckdb<T>(
  { files, spill, signal }: DuckdbSessionOptions,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const mine = join(spill, randomUUID());
  await mkdir(mine, { recursive: true });
  // Loading it takes much of a thread's start, and most servers have no such files.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { ...SETTINGS, temp_directory: mine });
  const connection = await instance.connect();
  let interrupting: NodeJS.Timeout | undefined;
  // Again and again, as it stops only what runs at that moment.
  const stop = (): void => {
    connection.interrupt();
    interrupting = setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MS);
  };
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    await connection.run(`set allowed_paths = [${files.map(literal).join(', ')}]`);
    await connection.run('set enable_external_access = false');
    for (const macro of DECIMAL_MACROS) await connection.run(macro);
    await connection.run('set lock_configuration = true');
    return await work(connection);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    clearInterval(interrupting);
    connection.closeSync();
    instance.closeSync();
    await rm(mine, { recursive: true, force: true });
  }
}

/** Rows as objects with values of JSON: 64-bit integers and decimals are texts. */
export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}
