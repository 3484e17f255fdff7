import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { GmvError } from '../../errors.ts';
import { addCounts, type Counts, zeroCounts } from '../../events/counts.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import type { Plan } from '../../plan/plan.ts';
import type { OpenFileBytes } from '../../sources/parquet/file-bytes.ts';
import { readFirstCurrency } from '../../sources/parquet/first-currency.ts';
import { letHeapsGrow } from '../threads/let-heaps-grow.ts';
import { lookIntoFiles } from './look-into-files.ts';
import { refuseFullTogether } from './replay-cardinality.ts';
import { replayUnitInThread } from './replay-threads.ts';
import { replayUnit, type UnitReport } from './replay-unit.ts';
import { type DayRange, planUnits, type ReplayGroup } from './replay-units.ts';

export interface ReplayProgress {
  /** Rows read so far, and all that are to be read; a group that two units need is read by both. */
  readonly rows: number;
  readonly allRows: number;
  readonly days: number;
}

export interface ReplayOptions {
  /** Where its currency is `null`, the first row that has one by ISO 4217 says which. */
  readonly plan: Plan;
  /** Absolute paths of Parquet files, each once. */
  readonly files: readonly string[];
  /** 1: in the calling thread. More: so many threads, each with a range of days. The figures are the same. */
  readonly threads: number;
  /** Business-day indexes, inclusive; default: all. Rows that belong to no day are counted only when absent. */
  readonly days?: DayRange;
  /**
   * Takes each day's complete figures, once, in no promised order, one day at a time: the replay waits for
   * what it returns.
   */
  readonly onDay: (figures: DayFigures) => void | Promise<void>;
  readonly onProgress?: (progress: ReplayProgress) => void;
  readonly signal?: AbortSignal;
  /** Where the files' bytes come from with one thread, others ask the file system; default: that. */
  readonly openBytes?: OpenFileBytes;
  /** Milliseconds that only go forward; default: the process's. */
  readonly clock?: () => number;
}

export interface ReplayReport {
  /** `rows = applied + duplicates + conflicts + late + rejected`, and late is 0. */
  readonly counts: Counts;
  /** Days handed out. */
  readonly days: number;
  readonly seconds: number;
  /** Earliest and latest event time of the dated rows, epoch ms; null where there are none. */
  readonly firstTimeMs: number | null;
  readonly lastTimeMs: number | null;
  /** The currency that was taken; null where there were no rows to take it from. */
  readonly currency: string | null;
}

/**
 * Replays Parquet files, bounded, through the plan's pipeline: the same operators that live events go through.
 * Order of rows and files, and the number of threads, change no figure.
 *
 * @throws GmvError of the files (`parquet_…`), `replay_currency`, `replay_statistics`, `cardinality`,
 * `thread_crashed`, or the signal's reason; days handed out before stay handed out.
 */
export async function replayFiles(options: ReplayOptions): Promise<ReplayReport> {
  const { threads, days = null, onDay, signal, openBytes, clock = () => performance.now() } = options;
  const startedMs = clock();
  letHeapsGrow();
  const look = await lookIntoFiles(options);
  const { files } = look;
  const groups = look.groups.map(({ file, group, rows, days }): ReplayGroup => ({ file, group, rows, days }));
  const plan = await withCurrency(options, groups);
  const calendar = createBusinessCalendar(plan.timeZone);
  const bounds = {
    from: calendar.dayOf(plan.limits.minEventTimeMs).index,
    to: calendar.dayOf(plan.limits.maxEventTimeMs - 1).index,
  };
  const planned = planUnits({ groups, units: threads, days, bounds });
  const units = planned.filter((unit) => unit.groups.length > 0);

  const allRows = units.reduce(
    (sum, unit) => sum + unit.groups.reduce((rows, group) => rows + group.rows, 0),
    0,
  );
  const done = { rows: 0, days: 0 };
  const report = (): void => options.onProgress?.({ ...done, allRows });
  // The first failure stops the other units.
  const stop = new AbortController();
  let last: Promise<void> = Promise.resolve();
  const shared = {
    plan,
    files,
    openBytes,
    signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    onRows: (rows: number) => {
      done.rows += rows;
      report();
    },
    onDay: (figures: DayFigures) => {
      const taken = last.then(async () => {
        stop.signal.throwIfAborted();
        await onDay(figures);
        done.days++;
        report();
      });
      last = taken.catch(() => undefined);
      return taken;
    },
  };
  const running = units.map((unit, i) =>
    units.length === 1
      ? replayUnit({ ...shared, unit })
      : replayUnitInThread({ ...shared, unit, name: `unit ${i + 1} of ${units.length}` }),
  );
  for (const unit of running) unit.catch((error) => stop.abort(error));
  await Promise.allSettled(running);
  const reports = await Promise.all(running).catch(() => Promise.reject(stop.signal.reason));

  const texts = reports.map((unit) => unit.texts).filter((each) => each !== null);
  refuseFullTogether(texts, { plan, files });
  const { counts, ...rest } = sumReports(reports);
  if (days === null) checkRows(counts, groups);
  return { counts, ...rest, seconds: (clock() - startedMs) / 1000, currency: plan.currency };
}

async function withCurrency(
  { plan, files, signal, openBytes }: ReplayOptions,
  groups: readonly ReplayGroup[],
): Promise<Plan> {
  if (plan.currency !== null || groups.length === 0) return plan;
  const found: string[] = [];
  for (const path of files) {
    signal?.throwIfAborted();
    const { currency, others } = await readFirstCurrency(path, openBytes);
    if (currency !== null) return { ...plan, currency };
    found.push(...others);
  }
  const few = found.slice(0, 3).map((text) => JSON.stringify(text.slice(0, 20)));
  const instead = few.length === 0 ? 'only nulls' : few.join(', ');
  throw new GmvError(
    'replay_currency',
    `No row of ${files.join(', ')} has a currency by ISO 4217, three capital letters, but ${instead}`,
    'Name one: --currency CODE.',
  );
}

function sumReports(
  reports: readonly UnitReport[],
): Pick<ReplayReport, 'counts' | 'days' | 'firstTimeMs' | 'lastTimeMs'> {
  const counts = zeroCounts();
  for (const report of reports) addCounts(counts, report.counts);
  // Met in an order that depends on how rows were divided; told in one that doesn't.
  const reasons = Object.entries(counts.rejectedBy).sort(([a], [b]) => (a < b ? -1 : 1));
  counts.rejectedBy = Object.fromEntries(reasons);
  const known = (times: readonly (number | null)[]): number[] => times.filter((time) => time !== null);
  const first = known(reports.map(({ firstTimeMs }) => firstTimeMs));
  const last = known(reports.map(({ lastTimeMs }) => lastTimeMs));
  return {
    counts,
    days: reports.reduce((sum, { days }) => sum + days, 0),
    firstTimeMs: first.length > 0 ? Math.min(...first) : null,
    lastTimeMs: last.length > 0 ? Math.max(...last) : null,
  };
}

/** A row that no unit counted was skipped because of statistics that are not true. */
function checkRows({ rows }: Counts, groups: readonly ReplayGroup[]): void {
  const expected = groups.reduce((sum, group) => sum + group.rows, 0);
  if (rows === expected) return;
  throw new GmvError(
    'replay_statistics',
    `The files hold ${expected} rows, but ${rows} were counted: statistics of event_time deny some`,
    'Write the file whose statistics are wrong again, or replay with --threads 1.',
  );
}
