import { GmvError } from '../errors.ts';
import { say } from '../protocol/sayings.ts';
import type { UnitRequest } from './jobs-history.ts';
import type { KeptGenerations } from './retention.ts';

/** Days of an error's sentence: a few by name, the others by number. */
function listed(days: readonly string[]): string {
  const shown = days.slice(0, 5).join(', ');
  return days.length > 5 ? `${shown} and ${days.length - 5} more` : shown;
}

export const nothingToUndo = (
  day: string,
  generation: number | null,
  { count, days }: KeptGenerations,
): GmvError =>
  new GmvError(
    'nothing_to_undo',
    generation === null
      ? `${day} has no published figures`
      : `generation ${generation} of ${day} has no generation before it`,
    `Besides the published one ${count} generations of a day are kept, for ${days} days; replay the day for other figures.`,
  );

export const publishedSince = (days: readonly string[]): GmvError =>
  new GmvError('published_since', say('published_since', { days: listed(days) }), say('compare_and_approve'));

export const otherComparison = (job: string): GmvError =>
  new GmvError(
    'other_comparison',
    `what was approved is not the last comparison of job ${job}`,
    'Look at the comparison as it is now, then approve.',
  );

export const laterGeneration = (days: readonly string[]): GmvError =>
  new GmvError('later_generation', say('later_generation', { days: listed(days) }), say('undo_first'));

export const replacedGone = (days: readonly string[], { count, days: age }: KeptGenerations): GmvError =>
  new GmvError(
    'nothing_to_undo',
    `the figures before those of ${listed(days)} are no longer kept`,
    `Besides the published one ${count} generations of a day are kept, for ${age} days (backfill.keepGenerations, backfill.keepGenerationsDays); replay the days for other figures.`,
  );

export const figuresMissing = (
  day: string,
  figures: readonly { readonly rollup: string; readonly metric: string }[],
): GmvError =>
  new GmvError(
    'figures_missing',
    `${day} lacks ${listed(figures.map(({ rollup, metric }) => `${metric} of ${rollup}`))}`,
    'Run the day again: nothing was kept that has them by the present definitions.',
  );

export const unitNotDone = ({ day, job }: UnitRequest): GmvError =>
  new GmvError(
    'unit_not_done',
    `figures of ${day} come without their unit of job ${job}`,
    'Hand the unit in, as done, with its figures.',
  );

export const noSuchUnit = (job: string, day: string): GmvError =>
  new GmvError(
    'no_such_unit',
    `job ${job} has no figures of ${day}`,
    'Take a day of its comparison; figures that were given up or replaced long ago are no longer kept.',
  );
