import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import type { Counts } from '../events/counts.ts';
import { type DuckdbSql, duckdbSql } from '../export/duckdb-sql/duckdb-sql.ts';
import type { DayFigures } from '../figures/day-figures.ts';
import type { Plan } from '../plan/plan.ts';
import { replayFiles } from '../runtime/replay/replay-files.ts';
import { verifyCounts } from './verify-counts.ts';
import { type Difference, verifyQuery } from './verify-query.ts';
import { runDuckdbSql, type SqlAnswers, type UndecidableEvent } from './verify-sql.ts';

export interface VerifyFilesOptions {
  /** With identity everywhere; its currency may be `null`: the first row's. */
  readonly plan: Plan;
  /** Absolute paths of Parquet files. */
  readonly files: readonly string[];
  readonly threads: number;
  readonly signal?: AbortSignal;
  /** The SQL to hold the pipeline against; default: the same plan's. */
  readonly sqlOf?: (options: { readonly plan: Plan; readonly files: readonly string[] }) => DuckdbSql;
  /** Another engine to hold it against, by a plan whose currency is known; default: DuckDB with that SQL. */
  readonly answersOf?: (plan: Plan) => Promise<SqlAnswers>;
  /** Sees each of the pipeline's days, and may change it, before it is compared. */
  readonly onDay?: (day: DayFigures) => void;
}

export interface VerifyReport {
  readonly rows: number;
  /** Figures that were compared, and on how many of them the two differ. */
  readonly compared: number;
  readonly different: number;
  /** The first {@link MOST_DIFFERENCES} differences. */
  readonly differences: readonly Difference[];
  /** Events whose right payload the SQL can't know, and the differences left out as they hang on these. */
  readonly undecidable: readonly UndecidableEvent[];
  readonly undecided: number;
}

/** Differences that are kept; all are counted. */
export const MOST_DIFFERENCES = 1000;

/**
 * Computes every rollup, grain and metric of the plan twice, by the pipeline and by the exported SQL in DuckDB,
 * and compares them to the last digit.
 *
 * @throws GmvError of `replayFiles`, `expandPaths` and the exporter; Error of DuckDB.
 */
export async function verifyFiles(options: VerifyFilesOptions): Promise<VerifyReport> {
  const { files, threads, signal, sqlOf = duckdbSql } = options;
  const askDuckdb = (plan: Plan): Promise<SqlAnswers> =>
    runDuckdbSql({ sql: sqlOf({ plan, files }), threads, signal });
  const days: DayFigures[] = [];
  const replayed = await replayFiles({
    plan: options.plan,
    files,
    threads,
    signal,
    onDay: (figures) => {
      options.onDay?.(figures);
      // A day whose rows were all rejected has no row anywhere.
      if (figures.counts.applied > 0) days.push(figures);
    },
  });
  const plan: Plan = { ...options.plan, currency: replayed.currency };
  const calendar = createBusinessCalendar(plan.timeZone);
  const differences: Difference[] = [];
  let different = 0;
  const onDifference = (difference: Difference): void => {
    if (different++ < MOST_DIFFERENCES) differences.push(difference);
  };

  const answers = await (options.answersOf ?? askDuckdb)(plan);
  try {
    const { undecidable, fates, rejected } = answers;
    const counts: Counts = replayed.counts;
    const undecidedDays = new Set(undecidable.map(({ day }) => day));
    let compared = verifyCounts({ counts, days, fates, rejected, undecidedDays, onDifference });
    let undecided = 0;
    for (const query of answers.queries) {
      const rows = answers.rowsOf(query);
      const hanging = await answers.undecidableRows(query);
      const verified = await verifyQuery({
        query,
        calendar,
        definitions: plan.metrics,
        days,
        rows,
        undecidable: hanging,
        onDifference,
      });
      compared += verified.compared;
      undecided += verified.undecided;
    }
    return { rows: counts.rows, compared, different, differences, undecidable, undecided };
  } finally {
    answers.close();
  }
}
