import type { DatasetPreview, DatasetSummary } from '../protocol/datasets.ts';
import type { JobEstimate, JobLogLine, JobSummary, JobUpdate } from '../protocol/jobs.ts';
import { formatTable } from './text-table.ts';

const MOST_UNITS = 20;
const MOST_LINES = 20;

export const countText = (value: number | null): string =>
  value === null ? '–' : value.toLocaleString('en-US');

/** Without control characters, with which a name of a file could write over what a terminal shows. */
export const plainText = (text: string): string => text.replace(/[^\P{Cc}\n]/gu, '?');

/** An instant of the business zone: `2026-11-11 00:00:00`. */
export function instantText(ms: number | null, timeZone: string): string {
  if (ms === null) return '–';
  const format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone });
  return format.format(ms);
}

export function datasetsText(datasets: readonly DatasetSummary[], timeZone: string): string {
  const table = formatTable({
    head: ['Dataset', 'Kind', 'Files', 'Bytes', 'Rows', 'Days', 'Looked at', 'From'],
    rows: datasets.map(({ name, kind, files, bytes, rows, days, lookedAtMs, from }) => [
      name,
      kind,
      countText(files),
      bytesText(bytes),
      countText(rows),
      days ? `${days.from}..${days.to}` : '–',
      instantText(lookedAtMs, timeZone),
      from,
    ]),
    left: true,
  });
  const notes = datasets.flatMap(({ name, changes, problems }) => [
    ...changes.map(({ file, what }) => `${name}: ${file} ${what}`),
    ...problems.map(({ file, problem }) => `${name}: ${file}: ${problem}`),
  ]);
  return [table, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

/** The first rows as they are given and as they are read, and what is wrong with each column. */
export function previewText({ dataset, file, columns, rows, problem }: DatasetPreview): string {
  const mapping = formatTable({
    head: ['Column', 'From', 'Errors', 'First'],
    rows: columns.map(({ name, from, absent, errors, example }) => [
      name,
      absent ? `${from} (not in the file)` : from,
      countText(errors),
      example ?? '',
    ]),
    left: true,
  });
  const first = formatTable({
    head: ['Rejected', ...columns.map(({ name }) => name)],
    rows: rows.map(({ mapped, rejected }) => [rejected ?? '', ...mapped.map((value) => value ?? '∅')]),
    left: true,
  });
  return [
    `${dataset}${file === null ? '' : `: ${file}`}`,
    ...(problem === null ? [] : [problem]),
    '',
    mapping,
    ...(rows.length > 0 ? ['', first] : []),
  ].join('\n');
}

/** What a backfill would read and take. */
export function estimateText(estimate: JobEstimate, timeZone: string): string {
  const { units, cached, files, startMs, endMs, seconds, finishAtMs, left, conflicts } = estimate;
  const why = {
    not_sealed: 'live has not given them up',
    no_files: 'no files have them',
    future: 'still to come',
  };
  const lines: [string, string][] = [
    ['from', instantText(startMs, timeZone)],
    ['to', `${instantText(endMs, timeZone)} (${timeZone}; not included)`],
    ['days', `${countText(units)}, of which ${countText(cached)} are computed already`],
    ['rows', estimate.rows === null ? 'only reading tells' : countText(estimate.rows)],
    ['bytes', `${bytesText(estimate.bytes)} in ${countText(files)} files`],
    ['columns', `${countText(estimate.columns.length)} of ${countText(estimate.allColumns)}`],
    [
      'takes',
      `${durationText(seconds.from)} to ${durationText(seconds.to)}${seconds.isAssumed ? ' (a guess: nothing measured here yet)' : ''}`,
    ],
    ...(finishAtMs ? [['done by', instantText(finishAtMs.to, timeZone)] as [string, string]] : []),
    ...Object.entries(why).flatMap(([reason, text]): [string, string][] => {
      const days = left.filter((one) => one.why === reason);
      return days.length > 0
        ? [['left out', `${countText(days.length)} ${days.length === 1 ? 'day' : 'days'}: ${text}`]]
        : [];
    }),
    ...conflicts.map(({ job, days }): [string, string] => [
      'conflict',
      `job ${job} works on ${countText(days)} of the days`,
    ]),
  ];
  return lines.map(([name, text]) => `${name.padEnd(9)}${text}`).join('\n');
}

export function jobsText(jobs: readonly JobSummary[], timeZone: string): string {
  if (jobs.length === 0) return 'There are no backfills yet.';
  return formatTable({
    head: ['Job', 'State', 'Dataset', 'Days', 'Done', 'Failed', 'Rows/s', 'Created', 'By'],
    rows: jobs.map((job) => [
      job.id,
      job.state,
      job.draft.dataset,
      spansText(job),
      `${countText(job.units.done)}/${countText(unitsOf(job))}`,
      countText(job.units.failed),
      countText(Math.round(job.rowsPerSecond)),
      instantText(job.createdAtMs, timeZone),
      job.createdBy,
    ]),
    left: true,
  });
}

/** A job with what failed, the end of its log, and what may be done to it. */
export function jobText({ summary, units, log }: JobUpdate, timeZone: string): string {
  const failed = units.filter(({ problem }) => problem !== null);
  return [
    `job ${summary.id}: ${spansText(summary)} from ${summary.draft.dataset}`,
    jobLineText(summary, timeZone),
    ...(summary.problem === null ? [] : [summary.problem]),
    ...failed.slice(0, MOST_UNITS).map(({ day, problem }) => `  ${day}  ${problem}`),
    ...(failed.length > MOST_UNITS ? [`  … and ${countText(failed.length - MOST_UNITS)} more`] : []),
    '',
    ...log.slice(-MOST_LINES).map((line) => logLineText(line, timeZone)),
    '',
    summary.actions.length > 0 ? `may be done: ${summary.actions.join(', ')}` : 'nothing can be done to it',
  ].join('\n');
}

/** How far a job is, in one line. */
export function jobLineText(job: JobSummary, timeZone: string): string {
  const { state, units, rowsDone, rowsPerSecond, throttle, eta } = job;
  const parts = [
    state.replaceAll('_', ' '),
    `${countText(units.done)} of ${countText(unitsOf(job))} days`,
    ...(units.failed > 0 ? [`${countText(units.failed)} failed`] : []),
    `${countText(rowsDone)} rows`,
    ...(rowsPerSecond > 0 ? [`${countText(Math.round(rowsPerSecond))}/s`] : []),
    ...(eta ? [`until ${instantText(eta.toMs, timeZone)} at the latest`] : []),
    ...(throttle.why === null ? [] : [throttle.why]),
  ];
  return parts.join(', ');
}

export const logLineText = ({ atMs, actor, text }: JobLogLine, timeZone: string): string =>
  `${instantText(atMs, timeZone)}  ${actor}  ${text}`;

function spansText({ draft: { spans } }: JobSummary): string {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return '–';
  return `${first.from}..${last.to}${spans.length > 1 ? ` in ${spans.length} parts` : ''}`;
}

const unitsOf = ({ units }: JobSummary): number =>
  units.waiting + units.running + units.done + units.failed + units.cancelled;

function bytesText(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const digits = power === 0 ? 0 : 1;
  return `${(bytes / 1000 ** power).toFixed(digits)} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`;
}

function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
