import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { hashText } from '../engine/events/hash.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { WEIGHTS } from './figure-digest.ts';
import type { Measured } from './harness.ts';
import { peerSql } from './peer-sql.ts';

export interface DuckdbOptions {
  readonly file: string;
  /** In UTC: the peer takes days and hours straight from the timestamps. */
  readonly plan: Plan;
  readonly threads: number;
}

/** The peer: from the file to temporary tables that hold every figure. */
export async function duckdbFigures({ file, plan, threads }: DuckdbOptions): Promise<Measured> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  await connection.run('set preserve_insertion_order = false');
  const { statements, digests, idColumns } = peerSql(plan, file);
  const startedMs = performance.now();
  for (const sql of statements) await connection.run(sql);
  const seconds = (performance.now() - startedMs) / 1000;
  const rows = Number(await textOf(connection, `select sum(rows)::varchar from counts`));
  return {
    rows,
    seconds,
    async digest() {
      await weighIds(connection, file, idColumns);
      const sections: Record<string, string> = {};
      for (const { section, sql } of digests) {
        const text = await textOf(connection, sql);
        if (!text.startsWith('0 ')) sections[section] = text;
      }
      return sections;
    },
  };
}

async function textOf(connection: DuckDBConnection, sql: string): Promise<string> {
  const [[text] = []] = (await connection.runAndReadAll(sql)).getRows();
  return String(text);
}

/** Fills `ids (id, weight)`: the peer's hash of each id, and the weight that the engine's hash of it has. */
async function weighIds(
  connection: DuckDBConnection,
  file: string,
  columns: readonly string[],
): Promise<void> {
  await connection.run('create temp table ids (id ubigint, weight bigint)');
  const appender = await connection.createAppender('ids');
  const hash = new Uint32Array(4);
  for (const column of columns) {
    const reader = await connection.runAndReadAll(
      `select distinct ${column} as id, hash(${column}) from read_parquet('${file}') where ${column} is not null`,
    );
    const [ids = [], hashes = []] = reader.getColumns();
    for (const [i, id] of ids.entries()) {
      hashText(String(id), hash);
      appender.appendUBigInt(hashes[i] as bigint);
      appender.appendBigInt(BigInt(hash[0]! % WEIGHTS));
      appender.endRow();
    }
  }
  appender.closeSync();
}
