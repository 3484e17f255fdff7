import type { MetricDefinition } from '../definitions/metric.ts';
import type { FigureRow, Figures } from './range-figures.ts';
import type { ReplayJsonOptions } from './replay-json.ts';
import { formatFigure, formatTable } from './text-table.ts';

/** Columns of the lists; the totals show every metric. */
const COLUMNS = ['gmv', 'refunds', 'net_gmv', 'orders', 'buyers', 'units', 'aov', 'refund_rate'];
const NO_KEY = '(none)';

/** A finished replay as text for people: what became of the rows, totals, months, and the top of each list. */
export function replayTable({ plan, report, figures }: ReplayJsonOptions): string {
  const { counts, currency } = report;
  const columns = COLUMNS.flatMap((name) => plan.metrics.find((metric) => metric.name === name) ?? []);
  const write = (metric: MetricDefinition, values: Figures): string =>
    formatFigure(values[metric.name] ?? null, metric.unit, currency);
  const list = (title: string, rows: readonly FigureRow[]): string =>
    formatTable({
      head: [title, ...columns.map((metric) => metric.title.en)],
      rows: rows.map(({ key, figures }) => [
        key ?? NO_KEY,
        ...columns.map((metric) => write(metric, figures)),
      ]),
    });

  const integer = (value: number): string => formatFigure(value, 'count', null);
  const outcome = Object.entries(counts).flatMap(([name, value]) =>
    typeof value === 'number' ? [[name, integer(value)]] : [],
  );
  const reasons = Object.entries(counts.rejectedBy).map(([reason, events]) => [
    `  ${reason}`,
    integer(events),
  ]);
  const perSecond = integer(Math.round(counts.rows / Math.max(report.seconds, 0.001)));
  const dimensions = plan.dimensions.filter(({ name }) => (figures.by[name]?.length ?? 0) > 0);
  return [
    `${integer(counts.rows)} rows in ${report.seconds.toFixed(2)} s (${perSecond} rows/s), ${integer(report.days)} days` +
      ` in ${plan.timeZone}, amounts in ${currency ?? 'no currency'}`,
    formatTable({ head: ['Rows', ''], rows: [...outcome, ...reasons] }),
    formatTable({
      head: ['Totals', ''],
      rows: plan.metrics.map((metric) => [metric.title.en, write(metric, figures.totals)]),
    }),
    list('Month', figures.month),
    ...dimensions.map(({ name, title }) => list(title.en, figures.by[name] ?? [])),
  ].join('\n\n');
}
