import type { Cause, ComparedFigure, Comparison } from '../protocol/comparison.ts';
import type { BoardInfo } from '../protocol/status.ts';
import { countText } from './job-texts.ts';
import { formatFigure, formatTable } from './text-table.ts';

const MOST_DAYS = 40;

/** A job's results against what is published: sums over all days, then each day that differs and why. */
export function comparisonText(
  comparison: Comparison,
  info: Pick<BoardInfo, 'metrics' | 'currency'>,
): string {
  const { days, totals, outdated } = comparison;
  const differing = days.filter(({ differs }) => differs);
  const first = days.filter(({ published }) => published === null).length;
  const figure = (metric: string, value: number | null): string => {
    const unit = info.metrics.find(({ name }) => name === metric)?.unit ?? 'count';
    return formatFigure(value, unit, info.currency);
  };
  const change = ({ metric, published, computed }: ComparedFigure): string =>
    published === null || computed === null
      ? '–'
      : signed(figure(metric, computed - published), computed > published);
  const totalRows = totals
    .filter(({ published, computed }) => published !== null || computed !== null)
    .map((total) => [
      total.metric,
      figure(total.metric, total.published),
      figure(total.metric, total.computed),
      change(total),
    ]);
  const dayLines = differing.slice(0, MOST_DAYS).map(({ day, figures, causes }) => {
    const changed = figures.filter(({ published, computed }) => published !== computed);
    const texts = changed.map((one) => `${one.metric} ${change(one)}`);
    return `${day}  ${texts.join(', ') || 'only by dimension'}  (${causes.map(causeText).join('; ') || 'cause not known'})`;
  });
  return [
    formatTable({ head: ['All days', 'Published', 'New', 'Difference'], rows: totalRows }),
    '',
    `${countText(differing.length)} of ${countText(days.length)} days differ, ${countText(first)} have nothing published`,
    ...dayLines,
    ...(differing.length > MOST_DAYS ? [`… and ${countText(differing.length - MOST_DAYS)} more`] : []),
    ...(outdated.length > 0 ? [`published anew since it was compared: ${outdated.join(', ')}`] : []),
  ].join('\n');
}

const signed = (text: string, isMore: boolean): string => (isMore ? `+${text}` : text);

function causeText(cause: Cause): string {
  switch (cause.why) {
    case 'late':
      return `${countText(cause.events)} late events`;
    case 'conflicts':
      return `${countText(cause.events)} conflicts`;
    case 'changed_file':
      return 'its files are others';
    case 'first_load':
      return 'nothing was published';
    case 'changed_definition':
      return `another definition of ${cause.metrics.join(', ')}`;
    case 'other_dataset':
      return `published from ${cause.dataset}`;
    case 'other_rows':
      return `${countText(cause.published)} events were published, ${countText(cause.computed)} are now`;
  }
}
