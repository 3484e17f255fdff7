import type { DuckDBConnection } from '@duckdb/node-api';
import { hashText } from '../engine/events/hash.ts';
import { duckdbDialect } from '../engine/export/duckdb-sql/duckdb-dialect.ts';
import { literal } from '../engine/export/sql/sql-text.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { DAY, type FigureDigest, KEY, WEIGHTS } from './figure-digest.ts';
import type { PeerSql } from './peer-sql.ts';

const { identifier } = duckdbDialect;

export interface PeerDigestOptions {
  readonly connection: DuckDBConnection;
  readonly plan: Plan;
  readonly files: readonly string[];
  /** Whose statements have run. */
  readonly sql: PeerSql;
  /** Whether sets are compared by their members, or only counted; default true. */
  readonly members?: boolean;
}

/**
 * Digests the peer's tables as `digestOfDays` does the engine's days. Its ids were hashed by DuckDB: all of the
 * file's are hashed again as the engine does, so that sets are compared by their members, not by their size alone.
 */
export async function digestOfPeer({
  connection,
  plan,
  files,
  sql,
  members = true,
}: PeerDigestOptions): Promise<FigureDigest> {
  if (members) await weighIds(connection, plan, files);
  const sections: [section: string, sql: string][] = ['rows', 'applied', 'duplicates'].map((name) => [
    `${name} daily`,
    digestSql('(select *, null as key from counts)', name, '0'),
  ]);
  for (const { rollup, cells, sets } of sql.rollups) {
    for (const { table, metrics } of cells) {
      for (const metric of metrics) {
        sections.push([`${rollup.name} ${metric} cells`, digestSql(table, identifier(metric), 'slot')]);
      }
    }
    for (const { metric, identity, hourly, daily, curve } of sets) {
      const name = `${rollup.name} ${metric}`;
      sections.push([`${name} hourly`, digestSql(hourly, 'ids', 'hour')]);
      sections.push([`${name} daily`, digestSql(daily, 'ids', '0')]);
      if (curve !== null) sections.push([`${name} curve`, digestSql(curve, 'ids', 'minute')]);
      if (rollup.identity && members) sections.push([`${name} identity`, identitySql(identity)]);
    }
  }
  const digest: Record<string, string> = {};
  for (const [section, query] of sections) {
    const [[text] = []] = (await connection.runAndReadAll(query)).getRows();
    if (!String(text).startsWith('0 ')) digest[section] = String(text);
  }
  return digest;
}

/** Where a figure stands; the number of a key as `keyNumber` has it. */
const PLACE = `(coalesce((md5_number_lower(key::varchar) % ${WEIGHTS})::bigint, 0) * ${KEY} + day::bigint * ${DAY})
  % ${WEIGHTS}`;

function digestSql(table: string, value: string, slot: string): string {
  const weight = `((${PLACE} + ${slot}::bigint) % ${WEIGHTS})`;
  return `select concat_ws(' ', count(*), sum(${value}::hugeint), sum(${value}::hugeint * ${weight}))
    from ${table} where ${value} <> 0`;
}

function identitySql(table: string): string {
  return `select concat_ws(' ', count(*), count(*), sum(${PLACE}::hugeint * weight)) from ${table} join ids using (id)`;
}

/** `ids`: DuckDB's hash of every id of the file, and the weight that the engine's hash of it has. */
async function weighIds(connection: DuckDBConnection, plan: Plan, files: readonly string[]): Promise<void> {
  await connection.run('create temp table ids (id ubigint, weight bigint)');
  const appender = await connection.createAppender('ids');
  const hash = new Uint32Array(4);
  for (const name of new Set(plan.distinct.map(({ column }) => identifier(column)))) {
    const reader = await connection.runAndReadAll(
      `select ${name} as id, hash(${name}) from read_parquet([${files.map(literal).join(', ')}]) where id is not null group by all`,
    );
    const [ids = [], hashes = []] = reader.getColumns();
    for (const [i, id] of ids.entries()) {
      hashText(String(id), hash);
      appender.appendUBigInt(BigInt(String(hashes[i])));
      appender.appendBigInt(BigInt((hash[0] ?? 0) % WEIGHTS));
      appender.endRow();
    }
  }
  appender.closeSync();
}
