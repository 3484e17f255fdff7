import type { Counts } from '../events/counts.ts';
import type { Plan } from '../plan/plan.ts';
import type { ReplayReport } from '../runtime/replay/replay-files.ts';
import type { FigureRow, RangeFigures } from './range-figures.ts';

/** Lists by dimension in the order that they are printed; dimensions from the configuration follow. */
const LISTS = [
  'country',
  'region',
  'category',
  'merchant',
  'product',
  'payment_method',
  'channel',
  'hour_of_day',
];

export type JsonRow = Readonly<Record<string, string | number | null>>;

/** What `gmv replay --json` prints. Amounts are minor units; the first field of a row is its key. */
export interface ReplayJson extends Omit<Counts, 'rejectedBy'> {
  readonly rejected_by: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly rows_per_second: number;
  /** The plan's fingerprint. */
  readonly plan: string;
  readonly time_zone: string;
  readonly totals: JsonRow;
  readonly by: Readonly<Record<string, readonly JsonRow[]>>;
}

export interface ReplayJsonOptions {
  readonly plan: Plan;
  readonly report: ReplayReport;
  readonly figures: RangeFigures;
}

/** Shapes a finished replay for scripts. */
export function replayJson({ plan, report, figures }: ReplayJsonOptions): ReplayJson {
  const { rejectedBy, ...counts } = report.counts;
  const seconds = Math.round(report.seconds * 1000) / 1000;
  const dimensions = Object.keys(figures.by);
  const lists = [
    ...LISTS.filter((name) => dimensions.includes(name)),
    ...dimensions.filter((name) => !LISTS.includes(name)),
  ];
  return {
    rows: counts.rows,
    applied: counts.applied,
    duplicates: counts.duplicates,
    conflicts: counts.conflicts,
    late: counts.late,
    rejected: counts.rejected,
    rejected_by: Object.fromEntries(Object.entries(rejectedBy).filter(([, events]) => events !== 0)),
    seconds,
    rows_per_second: Math.round(counts.rows / Math.max(report.seconds, 0.001)),
    plan: plan.fingerprint,
    time_zone: plan.timeZone,
    totals: figures.totals,
    by: {
      hour: rowsOf('hour', figures.hour),
      day: rowsOf('day', figures.day),
      month: rowsOf('month', figures.month),
      ...Object.fromEntries(lists.map((name) => [name, rowsOf(name, figures.by[name] ?? [])])),
    },
  };
}

function rowsOf(name: string, rows: readonly FigureRow[]): JsonRow[] {
  const isHour = name === 'hour_of_day';
  return rows.map(({ key, figures }) => ({ [name]: isHour ? Number(key) : key, ...figures }));
}
