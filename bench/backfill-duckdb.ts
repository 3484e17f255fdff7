import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { BackfillContender } from './backfill-engine.ts';
import type { Measured } from './harness.ts';
import { digestOfPeer } from './peer-digest.ts';
import { keptPeerSql } from './peer-sql.ts';

/** Read at once; more at once was no faster, and takes more memory. */
const ROWS_AT_ONCE = 5_000_000;

/** The peer: from the files to tables of a DuckDB file on the disk that hold every figure. */
export async function duckdbDays(
  { files, plan, threads, members }: BackfillContender,
  rowsInAll: number,
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-bench-backfill-peer-'));
  const instance = await DuckDBInstance.create(join(folder, 'peer.duckdb'), { threads: String(threads) });
  const connection = await instance.connect();
  await connection.run('set preserve_insertion_order = false');
  const pieces = Math.max(1, Math.round(rowsInAll / ROWS_AT_ONCE));
  const bound = (piece: number): number => Math.round((piece * files.length) / pieces);
  const sql = keptPeerSql(
    plan,
    Array.from({ length: pieces }, (_, i) => files.slice(bound(i), bound(i + 1))),
  );
  const startedMs = performance.now();
  for (const statement of sql.statements) await connection.run(statement);
  await connection.run('checkpoint');
  const seconds = (performance.now() - startedMs) / 1000;
  const [[rows] = []] = (await connection.runAndReadAll('select sum(rows) from counts')).getRows();
  return {
    rows: Number(rows),
    seconds,
    digest: async () => {
      const digest = await digestOfPeer({ connection, plan, files, sql, members });
      connection.closeSync();
      instance.closeSync();
      rmSync(folder, { recursive: true, force: true });
      return digest;
    },
  };
}
