import { createHash } from 'node:crypto';

/** The figures of a row, in the order that truth files hold them. */
export const FIGURES = [
  'gmv',
  'refunds',
  'net_gmv',
  'orders',
  'buyers',
  'units',
  'paid_events',
  'refunded_events',
  'created_orders',
  'cancelled_orders',
  'payment_success_rate',
  'aov',
  'refund_rate',
] as const;

/** Lists too long to write down: a truth keeps their length and digest, and rows of a few days in full. */
const DIGESTED = ['hour', 'day'];
const IN_FULL = /^(2024-03-(01|10|31)|2024-04-0[67]|2024-10-(06|27)|2024-1[01]-0[356]|2024-11-11)/;

type Cell = string | number | null;
type Row = Readonly<Record<string, unknown>>;

/** What replay, the oracle and the SQL of the truth all say, up to their order of fields. */
export interface Answer extends Readonly<Record<string, unknown>> {
  readonly totals: Row;
  readonly by: Readonly<Record<string, readonly Row[]>>;
}

export interface TruthForm {
  readonly counts: Readonly<Record<string, unknown>>;
  readonly totals: readonly Cell[];
  /** Name of a list → rows as arrays: key, then {@link FIGURES}. */
  readonly by: Readonly<Record<string, readonly (readonly Cell[])[]>>;
  readonly digests: Readonly<Record<string, { readonly rows: number; readonly sha256: string }>>;
}

function cell(row: Row, name: string): Cell {
  const value = row[name];
  if (value === null || typeof value === 'number' || typeof value === 'string') return value;
  throw new Error(`a row has no ${name}: ${JSON.stringify(row)}`);
}

/** Brings an answer into the form that `synthetic-truth.json` holds for one zone. */
export function truthForm(answer: Answer): TruthForm {
  const by: Record<string, Cell[][]> = {};
  const digests: Record<string, { rows: number; sha256: string }> = {};
  for (const name of Object.keys(answer.by).sort()) {
    const rows = (answer.by[name] ?? []).map((row) => [name, ...FIGURES].map((field) => cell(row, field)));
    by[name] = rows;
    if (!DIGESTED.includes(name)) continue;
    const text = rows.map((row) => JSON.stringify(row)).join('\n');
    digests[name] = { rows: rows.length, sha256: createHash('sha256').update(text).digest('hex') };
    by[name] = rows.filter(([key]) => IN_FULL.test(String(key)));
  }
  const { rows, applied, duplicates, conflicts, late, rejected, rejected_by } = answer;
  const reasons = Object.entries(rejected_by as Record<string, number>).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    counts: {
      rows,
      applied,
      duplicates,
      conflicts,
      late,
      rejected,
      rejected_by: Object.fromEntries(reasons),
    },
    totals: FIGURES.map((field) => cell(answer.totals, field)),
    by,
    digests,
  };
}
