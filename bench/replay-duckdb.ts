import { DuckDBInstance } from '@duckdb/node-api';
import type { Plan } from '../engine/plan/plan.ts';
import type { Measured } from './harness.ts';
import { digestOfPeer } from './peer-digest.ts';
import { peerSql } from './peer-sql.ts';

export interface ReplayContender {
  readonly file: string;
  /** In UTC. */
  readonly plan: Plan;
  readonly threads: number;
}

/** The peer: from the file to temporary tables in memory that hold every figure. Fetching them is not timed. */
export async function duckdbFigures({ file, plan, threads }: ReplayContender): Promise<Measured> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  await connection.run('set preserve_insertion_order = false');
  const sql = peerSql(plan, file);
  const startedMs = performance.now();
  for (const statement of sql.statements) await connection.run(statement);
  const seconds = (performance.now() - startedMs) / 1000;
  const [[rows] = []] = (await connection.runAndReadAll('select sum(rows) from counts')).getRows();
  return {
    rows: Number(rows),
    seconds,
    digest: () => digestOfPeer({ connection, plan, files: [file], sql }),
  };
}
