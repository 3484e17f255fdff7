import type { DuckDBConnection } from '@duckdb/node-api';
import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import { GmvError } from '../../errors.ts';
import type { Schema } from '../../events/order-schema.ts';
import type { PlanLimits } from '../../plan/plan.ts';
import { say } from '../../protocol/sayings.ts';
import type { FileContents } from '../look-memory.ts';
import { rowsOf } from './duckdb-session.ts';
import { ourName } from './given-value.ts';
import { BROKEN, unreadOf } from './mapped-query.ts';

export interface InspectForeignFileOptions {
  readonly connection: DuckDBConnection;
  /** From `openMapped`. */
  readonly query: string;
  readonly path: string;
  readonly bytes: number;
  readonly schema: Schema;
  readonly calendar: BusinessCalendar;
  readonly limits: Pick<PlanLimits, 'minEventTimeMs' | 'maxEventTimeMs'>;
}

/** All but a few zones change days at these, and those few at whole minutes. */
const QUARTER_MS = 900_000;
const MINUTE_MS = 60_000;

/** Longest text that a note quotes. */
const MOST_SHOWN = 60;

/**
 * Reads a whole foreign file once: how many rows each business day has, and what can't be read. Days are the
 * calendar's, so DuckDB counts by quarters of an hour, which lie in one.
 *
 * @throws GmvError `foreign_file` where a quote of CSV isn't closed; Error of DuckDB.
 */
export async function inspectForeignFile(
  options: InspectForeignFileOptions,
): Promise<Omit<FileContents, 'fingerprint'>> {
  const { connection, calendar, limits, bytes, schema, path } = options;
  const ofOneDay = ({ min, max }: Bucket): boolean => calendar.dayOf(min).index === calendar.dayOf(max).index;
  let counted = await countBy(QUARTER_MS, options);
  if (!counted.buckets.every(ofOneDay)) counted = await countBy(MINUTE_MS, options);
  const broken = await brokenLines(connection, path);
  const rows = counted.rows + broken.rows;
  const days = new Map<number, Bucket>();
  for (const { rows: count, min, max } of counted.buckets) {
    if (min < limits.minEventTimeMs || max >= limits.maxEventTimeMs) continue;
    const { index } = calendar.dayOf(min);
    const day = days.get(index) ?? { rows: 0, min, max };
    days.set(index, {
      rows: day.rows + count,
      min: Math.min(day.min, min),
      max: Math.max(day.max, max),
    });
  }
  const parts = [...days].sort(([a], [b]) => a - b);
  return {
    rows,
    parts: parts.map(([, day]) => ({
      rows: day.rows,
      bytes: Math.round((bytes * day.rows) / Math.max(1, rows)),
      minTimeMs: day.min,
      maxTimeMs: day.max,
    })),
    notes: [
      ...broken.notes,
      ...(counted.brokenRows > 0 ? [say('lines_no_json', { lines: counted.brokenRows, rows })] : []),
      ...schema.flatMap(({ name }) => {
        const { unread = 0, example = '' } = counted.unread.get(name) ?? {};
        if (unread === 0) return [];
        const shown = example.length > MOST_SHOWN ? `${example.slice(0, MOST_SHOWN)}…` : example;
        return [say('values_unread', { unread, rows, column: name, example: `"${shown}"` })];
      }),
    ],
  };
}

interface Bucket {
  readonly rows: number;
  /** Event times, epoch ms, inclusive. */
  readonly min: number;
  readonly max: number;
}

interface Counted {
  readonly rows: number;
  readonly brokenRows: number;
  /** Of rows that have a time. */
  readonly buckets: readonly Bucket[];
  readonly unread: ReadonlyMap<string, { readonly unread: number; readonly example: string }>;
}

async function countBy(bucketMs: number, options: InspectForeignFileOptions): Promise<Counted> {
  const { connection, query, schema } = options;
  // All columns are asked for, so that each is read: of CSV that is when a line shows that it is broken.
  const counts = schema.flatMap(({ name }, i) => [
    `count(${ourName(name)}) as c${i}`,
    `count(${unreadOf(name)}) as u${i}`,
    `any_value(${unreadOf(name)}) as x${i}`,
  ]);
  const sql = `select event_time // ${bucketMs} as bucket, count(*) as n, count(*) filter (${BROKEN}) as broken,
    min(event_time) as lowest, max(event_time) as highest, ${counts.join(', ')}
    from (${query}) group by bucket order by bucket nulls last`;
  const found = await rowsOf(connection, sql);
  const buckets: Bucket[] = [];
  const unread = new Map<string, { unread: number; example: string }>();
  let rows = 0;
  let brokenRows = 0;
  for (const row of found) {
    rows += Number(row.n);
    brokenRows += Number(row.broken);
    if (row.lowest !== null) {
      buckets.push({ rows: Number(row.n), min: Number(row.lowest), max: Number(row.highest) });
    }
    for (const [i, { name }] of schema.entries()) {
      const count = Number(row[`u${i}`]);
      if (count === 0) continue;
      const known = unread.get(name);
      unread.set(name, {
        unread: count + (known?.unread ?? 0),
        example: known?.example ?? String(row[`x${i}`]),
      });
    }
  }
  return { rows, brokenRows, buckets, unread };
}

/**
 * Lines of CSV that were left out, each once.
 *
 * @throws GmvError `foreign_file` where a quote isn't closed: nothing behind it can be told apart.
 */
export async function brokenLines(
  connection: DuckDBConnection,
  path: string,
): Promise<{ readonly rows: number; readonly notes: readonly string[] }> {
  const errors = await rowsOf(
    connection,
    `select line, any_value(error_type)::varchar as kind, any_value(error_message) as message,
      count(*) over () as lines from reject_errors group by line, line_byte_position order by line limit 1`,
  ).catch((error: Error) => {
    // The table comes with the first CSV.
    if (/reject_errors/.test(error.message)) return [];
    throw error;
  });
  const open = await unclosedQuote(connection, errors.length > 0);
  if (open !== null) {
    throw new GmvError('foreign_file', say('quote_open', { file: path, line: open }), say('correct_line'));
  }
  const [first] = errors;
  if (!first) return { rows: 0, notes: [] };
  const lines = Number(first.lines);
  const message = String(first.message).split('\n')[0];
  return {
    rows: lines,
    notes: [
      say(lines === 1 ? 'line_broken' : 'lines_broken', {
        lines,
        line: String(first.line),
        why: message ?? '',
      }),
    ],
  };
}

async function unclosedQuote(connection: DuckDBConnection, hasErrors: boolean): Promise<string | null> {
  if (!hasErrors) return null;
  const rows = await rowsOf(
    connection,
    "select min(line) as line from reject_errors where error_type::varchar = 'UNQUOTED VALUE'",
  );
  const line = rows[0]?.line ?? null;
  return line === null ? null : String(line);
}
