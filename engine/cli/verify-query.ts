import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import { finishMetric } from '../definitions/finish.ts';
import type { MetricDefinition } from '../definitions/metric.ts';
import type { FigureQuery } from '../export/sql/figure-queries.ts';
import type { DayFigures, Key } from '../figures/day-figures.ts';
import { type PipelineRow, pipelineRows, rowName, rowsAreTold } from './verify-figures.ts';

/** A row of a query's answer: its buckets, its key, its metrics. */
export type SqlRow = readonly (string | number | null)[];

/** A figure on which the two engines differ. */
export interface Difference {
  readonly rollup: string;
  readonly grain: string;
  /** The day, month, hour or UTC minute; null for the whole range. */
  readonly bucket: string | null;
  readonly key: Key;
  /** `row` where one engine has no figures at all. */
  readonly metric: string;
  /** Minor units, counts, fractions; null where a denominator is zero or there is no row. */
  readonly pipeline: number | null;
  readonly sql: number | null;
}

export interface VerifyQueryOptions {
  readonly query: FigureQuery;
  readonly calendar: BusinessCalendar;
  /** The pipeline's definitions: how it finishes a figure is not the SQL's to say. */
  readonly definitions: readonly MetricDefinition[];
  /** Complete days of the pipeline. */
  readonly days: readonly DayFigures[];
  /** The SQL's answer, ordered as the query says. */
  readonly rows: AsyncIterable<SqlRow> | Iterable<SqlRow>;
  /** Rows whose figures SQL can't decide, by {@link cellName}. */
  readonly undecidable: ReadonlySet<string>;
  readonly onDifference: (difference: Difference) => void;
}

export interface VerifiedQuery {
  /** Figures that were compared. */
  readonly compared: number;
  /** Differences left out, as SQL can't decide their events. */
  readonly undecided: number;
}

/** One text per period, bucket and key of a query's answer. */
export function cellName({ buckets }: FigureQuery, row: SqlRow): string {
  const { period, bucket, key } = placeOf(buckets.length, row);
  return `${period} ${rowName(bucket, key)}`;
}

/** Holds a query's answer against the pipeline's figures, one period at a time. */
export async function verifyQuery(options: VerifyQueryOptions): Promise<VerifiedQuery> {
  const { query, calendar, undecidable, onDifference } = options;
  const { rollup, grain, metrics, buckets } = query;
  const periods = new Map<string, DayFigures[]>();
  for (const figures of options.days) {
    const period = periodOf(query, figures.day);
    periods.set(period, [...(periods.get(period) ?? []), figures]);
  }
  const defined = metrics.map(
    (metric) => options.definitions.find(({ name }) => name === metric.name) ?? metric,
  );
  const at = new Map(metrics.map(({ name }, index) => [name, index]));
  let compared = 0;
  let undecided = 0;

  const compareRow = (period: string, mine: PipelineRow | undefined, theirs: SqlRow | undefined): void => {
    const place = theirs
      ? placeOf(buckets.length, theirs)
      : { bucket: mine?.bucket ?? '', key: mine?.key ?? null };
    const { bucket, key } = place;
    const excused = undecidable.has(`${period} ${rowName(bucket, key)}`);
    const differ = (metric: string, pipeline: number | null, sql: number | null): void => {
      if (excused) undecided++;
      else onDifference({ rollup, grain, bucket: bucket || period || null, key, metric, pipeline, sql });
    };
    if ((!mine || !theirs) && rowsAreTold(query)) differ('row', mine ? 1 : null, theirs ? 1 : null);
    const finish = (base: (name: string) => number) => defined.map((metric) => finishMetric(metric, base));
    const left = finish((name) => mine?.base[at.get(name) ?? -1] ?? 0);
    const right = theirs?.slice(buckets.length + 1) ?? finish(() => 0);
    metrics.forEach(({ name }, m) => {
      compared++;
      const [pipeline = null, sql = null] = [left[m], right[m] as number | null | undefined];
      if (pipeline !== sql) differ(name, pipeline, sql);
    });
  };
  const comparePeriod = (period: string, answer: readonly SqlRow[]): void => {
    const rows = pipelineRows({ query, calendar, days: periods.get(period) ?? [] });
    periods.delete(period);
    for (const theirs of answer) {
      const { bucket, key } = placeOf(buckets.length, theirs);
      const name = rowName(bucket, key);
      compareRow(period, rows.get(name), theirs);
      rows.delete(name);
    }
    for (const mine of rows.values()) compareRow(period, mine, undefined);
  };

  let period: string | null = null;
  let answer: SqlRow[] = [];
  for await (const row of options.rows) {
    const { period: next } = placeOf(buckets.length, row);
    if (period !== null && next !== period) {
      comparePeriod(period, answer);
      answer = [];
    }
    period = next;
    answer.push(row);
  }
  if (period !== null) comparePeriod(period, answer);
  for (const left of [...periods.keys()]) comparePeriod(left, []);
  return { compared, undecided };
}

function periodOf({ buckets: [first] }: FigureQuery, day: string): string {
  if (first === undefined) return '';
  return first === 'business_month' ? day.slice(0, -3) : day;
}

function placeOf(buckets: number, row: SqlRow): { period: string; bucket: string; key: Key } {
  const key = row[buckets];
  return {
    period: buckets > 0 ? String(row[0]) : '',
    bucket: buckets > 1 ? String(row[1]) : '',
    key: key === null || key === undefined ? null : String(key),
  };
}
