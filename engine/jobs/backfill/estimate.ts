import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { BackfillSettings } from '../../config.ts';
import type { DatasetFile, DatasetLook } from '../../datasets/dataset.ts';
import type { FigureName, JobsHistory } from '../../history/jobs-history.ts';
import { fingerprint } from '../../plan/fingerprint.ts';
import type { Plan } from '../../plan/plan.ts';
import { subPlan } from '../../plan/sub-plan.ts';
import type { JobDraft, JobEstimate } from '../../protocol/jobs.ts';
import { say } from '../../protocol/sayings.ts';
import { daysOfGroup } from '../../runtime/replay/replay-units.ts';
import { columnShare } from './column-share.ts';
import { type DayInputs, inputsOfDays } from './day-inputs.ts';
import { checkMetrics, draftDays } from './draft-days.ts';
import { basisOf, type EstimateBasis } from './estimate-basis.ts';
import { finishTimes, type WorkBefore } from './finish-times.ts';
import type { KeptJob } from './job.ts';
import { isUnfinished } from './job-states.ts';
import { expectedSeconds } from './throughput.ts';
import { lackingUnits, unitRequests } from './unit-requests.ts';

export interface EstimateOptions {
  readonly draft: JobDraft;
  readonly look: DatasetLook;
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  readonly history: Pick<JobsHistory, 'lacking'>;
  readonly settings: Pick<BackfillSettings, 'tonight'>;
  readonly nowMs: number;
  readonly watermarkMs: number | null;
  readonly lateByDay: Readonly<Record<string, number>>;
  /** All jobs, each with the days that it works on. */
  readonly jobs: readonly { readonly kept: KeptJob; readonly days: ReadonlySet<string> }[];
  /** Threads that all jobs share. */
  readonly threads: number;
}

export interface Estimated {
  readonly estimate: JobEstimate;
  /** Days that become units, ascending. */
  readonly days: readonly string[];
  readonly basis: EstimateBasis;
  /** Fingerprint of the inputs of all days. */
  readonly inputs: string;
}

/**
 * What a draft would read and take, from footers and measured throughput alone.
 *
 * @throws GmvError `draft`, `no_such_metric`.
 */
export async function estimateDraft(options: EstimateOptions): Promise<Estimated> {
  const { draft, look, plan, calendar, history, lateByDay, jobs, threads } = options;
  checkMetrics(draft, plan);
  const { sealed, left } = draftDays(options);
  const inputs = inputsOfDays({ look, calendar, limits: plan.limits, days: sealed });
  const days = [...inputs.keys()];
  const units = unitRequests({ job: '', draft, inputs, lateByDay });
  const lacking = await lackingUnits(history, units);
  const toRead = lacking.filter(({ figures }) => figures.length > 0);
  const figures = distinctFigures(toRead.flatMap((unit) => unit.figures));
  const columns = toRead.length === 0 ? [] : subPlan(plan, figures).columns;
  const read = readingOf(
    toRead.map(({ unit }) => unit.day),
    inputs,
    options,
  );

  const perThread = expectedSeconds(
    jobs.map(({ kept }) => kept),
    read.rows,
    columns.length,
  );
  const parallel = Math.max(1, Math.min(draft.parallelism, threads, toRead.length));
  const cached = units.length - toRead.length;
  const seconds = {
    from: perThread.from / parallel + cached * CACHED_SECONDS.from,
    to: perThread.to / parallel + cached * CACHED_SECONDS.to,
    isAssumed: perThread.isAssumed && toRead.length > 0,
  };
  const digest = inputsDigest(inputs);
  const unfinished = jobs.filter(({ kept }) => isUnfinished(kept.state));
  const notThere = sealed.filter((day) => !inputs.has(day)).map((day) => ({ day, why: 'no_files' as const }));
  const estimate: JobEstimate = {
    startMs: days[0] === undefined ? null : calendar.dayOfLabel(days[0]).startMs,
    endMs: days.length === 0 ? null : calendar.dayOfLabel(days.at(-1) ?? '').endMs,
    units: units.length,
    cached,
    rows: read.rows,
    bytes: Math.round(read.bytes * (await columnShare(read.files, columns, plan))),
    files: read.files.length,
    columns,
    allColumns: plan.schema.length,
    seconds,
    finishAtMs: finishTimes({ ...options, seconds, before: workBefore(unfinished.map(({ kept }) => kept)) }),
    left: [...left, ...notThere].sort((a, b) => (a.day < b.day ? -1 : 1)),
    conflicts: unfinished.flatMap(({ kept, days: taken }) => {
      const shared = days.filter((day) => taken.has(day)).length;
      return shared > 0 ? [{ job: kept.id, days: shared }] : [];
    }),
    refusal: units.length > 0 ? null : refusalOf(draft, look, left, notThere.length),
    fingerprint: fingerprint({ draft, plan: plan.fingerprint, days, inputs: digest }),
  };
  return { estimate, days, basis: basisOf(inputs), inputs: digest };
}

const CACHED_SECONDS = { from: 0.001, to: 0.01 };

export const inputsDigest = (inputs: ReadonlyMap<string, DayInputs>): string =>
  fingerprint([...inputs].map(([day, of]) => [day, of.inputs]));

export function distinctFigures(figures: readonly FigureName[]): FigureName[] {
  const byName = new Map(figures.map((figure) => [`${figure.rollup}/${figure.metric}`, figure]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, figure]) => figure);
}

/** Parts that can hold any of the days: each is counted once. */
function readingOf(
  days: readonly string[],
  inputs: ReadonlyMap<string, DayInputs>,
  { plan, calendar }: Pick<EstimateOptions, 'plan' | 'calendar'>,
): { readonly rows: number; readonly bytes: number; readonly files: readonly DatasetFile[] } {
  const indexes = new Set(days.map((day) => calendar.dayOfLabel(day).index));
  const [first, last] = [Math.min(...indexes), Math.max(...indexes)];
  const files = new Set(days.flatMap((day) => inputs.get(day)?.files ?? []));
  const isRead = (from: number, to: number): boolean => {
    for (let day = Math.max(first, from); day <= Math.min(last, to); day++) if (indexes.has(day)) return true;
    return false;
  };
  let rows = 0;
  let bytes = 0;
  for (const file of files) {
    for (const part of file.parts) {
      const held = part.rows > 0 ? daysOfGroup(part, plan.limits, calendar) : null;
      if (!held || !isRead(held.from, held.to)) continue;
      rows += part.rows;
      bytes += part.bytes;
    }
  }
  return { rows, bytes, files: [...files] };
}

const workBefore = (jobs: readonly KeptJob[]): WorkBefore[] =>
  jobs.flatMap(({ state, estimate, rowsDone }) => {
    if (state !== 'queued' && state !== 'running' && state !== 'estimating') return [];
    const part = estimate.rows ? Math.max(0, 1 - rowsDone / estimate.rows) : 0;
    // Estimates that were kept before guesses were made may have none.
    return estimate.seconds ? [{ from: estimate.seconds.from * part, to: estimate.seconds.to * part }] : [];
  });

function refusalOf(
  { dataset, spans }: JobDraft,
  { summary }: DatasetLook,
  left: readonly { readonly why: string }[],
  withoutFiles: number,
): string {
  if (spans.length === 0) return sentences(say('no_day'), say('choose_days'));
  if (withoutFiles === 0 && left.length > 0) {
    return sentences(say('none_sealed'), say('choose_earlier'));
  }
  if (summary.files === 0)
    return sentences(say('no_files', { dataset, from: summary.from }), say('put_files'));
  const held = summary.days ? [say('it_has', summary.days)] : [];
  return sentences(say('no_file_holds', { dataset }), ...held, say('choose_others'));
}

const sentences = (what: string, ...remedies: string[]): string => [`${what}.`, ...remedies].join(' ');
