import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlRow } from '../../engine/cli/verify-query.ts';
import type { SqlAnswers } from '../../engine/cli/verify-sql.ts';
import type { FlinkQuery, FlinkSql } from '../../engine/export/flink-sql/flink-sql.ts';
import type { FigureQuery } from '../../engine/export/sql/figure-queries.ts';
import type { FlinkRow, FlinkSession } from './flink-session.ts';

/** The statements of a printed script. */
export function statementsOf(script: string): string[] {
  return script
    .split(/;\n/)
    .map((statement) => statement.trim().replace(/;$/, ''))
    .filter((statement) => statement !== '');
}

export interface FlinkAnswersOptions {
  readonly session: FlinkSession;
  /** What the script in the session was written as. */
  readonly sql: FlinkSql;
  /** Views to ask; default: all. */
  readonly asks?: (query: FlinkQuery) => boolean;
  /** Where a batch writes its answers; `null`: each view is a query of its own, in the session's mode. */
  readonly folder: string | null;
}

export interface FlinkAnswers extends SqlAnswers {
  /** Rows that were taken back, by view: only streaming has such. */
  readonly retracted: ReadonlyMap<string, number>;
}

/** Answers of a Flink whose session has run the script. */
export async function flinkAnswers({
  session,
  sql,
  folder,
  asks,
}: FlinkAnswersOptions): Promise<FlinkAnswers> {
  const queries = asks ? sql.queries.filter(asks) : sql.queries;
  const retracted = new Map<string, number>();
  const select = async (columns: string, view: string): Promise<SqlRow[]> => {
    const { rows } = await session.run(`select ${columns} from ${view}`);
    retracted.set(view, rows.filter(({ kind }) => kind === 'UPDATE_BEFORE' || kind === 'DELETE').length);
    return folded(rows);
  };
  const answers = new Map<FigureQuery, readonly SqlRow[]>();
  if (folder === null) {
    for (const query of queries) answers.set(query, await select('*', query.view));
  } else {
    await insertAll(session, queries, folder);
    for (const query of queries) answers.set(query, rowsIn(join(folder, fileName(query)), query));
  }
  const fates = await select('business_day, applied, duplicates, conflicts', 'fates');
  const undecidable = await select('distinct event_id, business_day', 'undecidable');
  const rejected = await select('*', 'rejected');
  return {
    queries,
    retracted,
    rejected,
    undecidable: undecidable.map(([event_id, day]) => ({ event_id: String(event_id), day: String(day) })),
    fates: fates.flatMap(([day = null, ...rows]) =>
      ['applied', 'duplicate', 'conflict'].map((fate, i) => [day, fate, rows[i] ?? null]),
    ),
    async *rowsOf(query) {
      yield* byFirstBucket(answers.get(query) ?? [], query);
    },
    undecidableRows: async () => new Set(),
    close: () => undefined,
  };
}

/** All figures as one job, so that files are read and events deduplicated once. */
async function insertAll(
  session: FlinkSession,
  queries: readonly FlinkQuery[],
  folder: string,
): Promise<void> {
  const inserts: string[] = [];
  for (const query of queries) {
    const path = join(folder, fileName(query));
    mkdirSync(path, { recursive: true });
    const sink = `sink_${inserts.length}`;
    await session.run(`create temporary table ${sink} (${sinkColumns(query).join(', ')}) with (
      'connector' = 'filesystem', 'path' = 'file://${path}', 'format' = 'json'
    )`);
    inserts.push(`insert into ${sink} select * from ${query.view};`);
  }
  await session.run("set 'table.dml-sync' = 'true'");
  try {
    await session.run(`execute statement set begin ${inserts.join('\n')} end`);
  } catch (error) {
    // A job that ends while the gateway asks for its state takes its own small cluster with it. What it wrote is
    // compared whole, so that a job that failed shows itself.
    if (!(error instanceof Error) || !error.message.includes('MiniCluster')) throw error;
  }
}

/** What is left of a changelog: rows that came more often than they were taken back. */
function folded(changes: readonly FlinkRow[]): SqlRow[] {
  const left = new Map<string, number>();
  for (const { kind, fields } of changes) {
    const row = JSON.stringify(fields);
    const copies = (left.get(row) ?? 0) + (kind === 'INSERT' || kind === 'UPDATE_AFTER' ? 1 : -1);
    if (copies < 0) throw new Error(`taken back before it came: ${row}`);
    left.set(row, copies);
  }
  return [...left].flatMap(([row, copies]) =>
    Array.from({ length: copies }, () => JSON.parse(row) as SqlRow),
  );
}

const fileName = ({ rollup, grain }: FigureQuery): string => `${rollup}_${grain}`;

function byFirstBucket(rows: readonly SqlRow[], { buckets }: FigureQuery): SqlRow[] {
  if (buckets.length === 0) return [...rows];
  return [...rows].sort(([a], [b]) => (a === b ? 0 : String(a) < String(b) ? -1 : 1));
}

const BUCKET_TYPES: Readonly<Record<string, string>> = {
  business_day: 'date',
  business_month: 'string',
  business_hour: 'string',
  utc_minute: 'bigint',
};

function sinkColumns({ buckets, metrics }: FigureQuery): string[] {
  return [
    ...buckets.map((bucket) => `${bucket} ${BUCKET_TYPES[bucket]}`),
    'key string',
    ...metrics.map(({ name, unit }) => `\`${name}\` ${unit === 'ratio' ? 'double' : 'bigint'}`),
  ];
}

function rowsIn(folder: string, { buckets, metrics }: FigureQuery): SqlRow[] {
  const names = [...buckets, 'key', ...metrics.map(({ name }) => name)];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => {
      const row = JSON.parse(line) as Readonly<Record<string, string | number | null>>;
      return names.map((name) => row[name] ?? null);
    });
}
