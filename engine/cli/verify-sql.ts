import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { DuckdbSql } from '../export/duckdb-sql/duckdb-sql.ts';
import type { FigureQuery } from '../export/sql/figure-queries.ts';
import { cellName, type SqlRow } from './verify-query.ts';

/** A valid row's id and business day where only the engine knows which payload is right. */
export interface UndecidableEvent {
  readonly event_id: string;
  readonly day: string;
}

/** What an engine that read the plan as SQL says. */
export interface SqlAnswers {
  /** Its questions; rows come ordered by the first of a question's buckets. */
  readonly queries: readonly FigureQuery[];
  rowsOf(query: FigureQuery): AsyncIterable<SqlRow>;
  undecidableRows(query: FigureQuery): Promise<Set<string>>;
  readonly undecidable: readonly UndecidableEvent[];
  /** Business day, fate (`applied`, `duplicate` or `conflict`), rows. */
  readonly fates: readonly SqlRow[];
  /** Reject reason, rows. */
  readonly rejected: readonly SqlRow[];
  close(): void;
}

/** Runs the exported SQL in a DuckDB of its own in memory; throws what DuckDB throws, and the signal's reason. */
export async function runDuckdbSql(options: {
  readonly sql: DuckdbSql;
  readonly threads: number;
  readonly signal?: AbortSignal;
}): Promise<SqlAnswers> {
  const { sql, threads, signal } = options;
  // Loading it takes a third of the command line's start, and most commands can do without.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  const all = async (text: string): Promise<SqlRow[]> => {
    const rows: SqlRow[] = [];
    for await (const row of rowsOf(connection, text, signal)) rows.push(row);
    return rows;
  };
  try {
    for (const statement of sql.prelude) {
      signal?.throwIfAborted();
      await connection.run(statement.sql);
    }
    const events = await all('select distinct event_id, business_day from undecidable order by all');
    return {
      queries: sql.queries,
      undecidable: events.map(([event_id, day]) => ({ event_id: String(event_id), day: String(day) })),
      fates: await all('select business_day, fate, count(*) from decided group by all order by all'),
      rejected: await all('select reject_reason, "rows" from rejected order by all'),
      rowsOf: (query) => rowsOf(connection, query.sql, signal),
      async undecidableRows(query) {
        if (events.length === 0) return new Set();
        return new Set((await all(query.undecidableSql)).map((row) => cellName(query, row)));
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function* rowsOf(
  connection: DuckDBConnection,
  sql: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<SqlRow> {
  const result = await connection.stream(sql);
  for await (const rows of result.yieldRows()) {
    signal?.throwIfAborted();
    for (const row of rows) yield row.map(plain);
  }
}

/** Figures as numbers: those that are no longer exact differ from the pipeline's, which refuses them. */
function plain(value: DuckDBValue): string | number | null {
  if (value === null || typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : String(value);
}
