import { DuckDBInstance } from '@duckdb/node-api';
import { wholePlan } from '../engine/cli/whole-plan.ts';
import { defaultCatalogue } from '../engine/definitions/catalogue.ts';
import { addCounts, type Counts, zeroCounts } from '../engine/events/counts.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import type { DayFigures } from '../engine/figures/day-figures.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { type ReplayReport, replayFiles } from '../engine/runtime/replay/replay-files.ts';

/** Rows that are all valid: as many paid orders on each of two days. */
export const GOOD_ROWS = 20;

export const BAD_INPUT_PLAN: Plan = wholePlan({
  catalogue: defaultCatalogue,
  timeZone: 'UTC',
  currency: 'USD',
});

/** The valid rows as SQL, `rn` from 0 on among their columns. */
const GOOD = `select
    'good-' || i as event_id, timestamp '2024-05-01 12:00:00' + interval (i % 2) day as event_time, 'paid' as type,
    'order-' || i as order_id, 1 as line, 'buyer-' || i as buyer_id, 'm' as merchant_id, 'p' as product_id,
    'toys' as category, 1 as quantity, 1000::bigint as amount_minor, 'USD' as currency, 'US' as country,
    'NY' as region, 'web' as channel, 'card' as payment_method
  from range(${GOOD_ROWS}) t(i)`;

export interface BadRowsFile {
  readonly path: string;
  /** Each a bad row: what its columns are instead, as SQL. */
  readonly bad: readonly Readonly<Record<string, string>>[];
  /** Casts of whole columns, as SQL. */
  readonly casts?: Readonly<Record<string, string>>;
  /** Texts are bytes: DuckDB writes no broken UTF-8 as text. */
  readonly asBytes?: boolean;
  readonly copyOptions?: string;
}

const TEXTS = ORDER_SCHEMA.filter(({ kind }) => ['id128', 'id64', 'category'].includes(kind)).map(
  ({ name }) => name,
);

const replacing = (columns: Readonly<Record<string, string>>): string => {
  const parts = Object.entries(columns).map(([name, sql]) => `${sql} as ${name}`);
  return parts.length === 0 ? '*' : `* replace (${parts.join(', ')})`;
};

/** Writes bad rows and then the valid ones, by DuckDB: whatever a bad row breaks is broken for all that follow. */
export async function writeBadRows(options: BadRowsFile): Promise<void> {
  const { path, bad, casts = {}, asBytes = false, copyOptions } = options;
  const text = (sql: string): string => (asBytes ? `encode(${sql})` : sql);
  const good = asBytes
    ? `select ${replacing(Object.fromEntries(TEXTS.map((name) => [name, text(name)])))} from (${GOOD})`
    : GOOD;
  const rows = bad.map((columns, i) => {
    const own = { event_id: text(`'bad-${i}'`), order_id: text(`'bad-order-${i}'`) };
    return `select ${replacing({ ...own, ...columns })} from (${good} limit 1)`;
  });
  const all = [...rows, good].map((sql) => `(${sql})`).join(' union all ');
  const more = copyOptions === undefined ? '' : `, ${copyOptions}`;
  await duckdb(`copy (select ${replacing(casts)} from (${all})) to '${path}' (format parquet${more})`);
}

export async function duckdb(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run(sql);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

export interface Replayed {
  readonly report: ReplayReport;
  readonly days: readonly DayFigures[];
  readonly gmv: number;
}

/** Replays files and holds the counts of every day and of all against the accounting identity. */
export async function replayed(
  files: readonly string[],
  threads: number,
  plan = BAD_INPUT_PLAN,
): Promise<Replayed> {
  const days: DayFigures[] = [];
  const report = await replayFiles({ plan, files, threads, onDay: (day) => void days.push(day) });
  const ofDays = zeroCounts();
  for (const { day, counts } of days) {
    checkIdentity(day, counts);
    addCounts(ofDays, counts);
  }
  checkIdentity('all days', report.counts);
  const undated = report.counts.rows - ofDays.rows;
  if (report.counts.rejected - ofDays.rejected !== undated)
    throw new Error('rows of no day that are not rejected');
  for (const name of ['applied', 'duplicates', 'conflicts', 'late'] as const) {
    if (report.counts[name] !== ofDays[name]) throw new Error(`${name} of days are not those of all`);
  }
  const gmv = days.reduce((sum, day) => sum + gmvOf(day), 0);
  return { report, days, gmv };
}

function checkIdentity(
  what: string,
  { rows, applied, duplicates, conflicts, late, rejected, rejectedBy }: Counts,
): void {
  const byReason = Object.values(rejectedBy).reduce((sum, events) => sum + events, 0);
  if (rows === applied + duplicates + conflicts + late + rejected && byReason === rejected) return;
  throw new Error(`rows of ${what} that are not accounted for`);
}

/** A day's gmv, of the total. */
export function gmvOf({ rollups }: DayFigures): number {
  const total = rollups.find(({ rollup }) => rollup === 'total');
  const metric = BAD_INPUT_PLAN.rollups.find(({ name }) => name === 'total')?.additive ?? [];
  const gmv = metric.findIndex((index) => BAD_INPUT_PLAN.additive[index]?.metric === 'gmv');
  return total?.cells.values[gmv]?.reduce((sum, value) => sum + value, 0) ?? 0;
}
