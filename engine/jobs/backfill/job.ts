import { GmvError } from '../../errors.ts';
import type { JobDocument } from '../../history/jobs-history.ts';
import type {
  JobDraft,
  JobEstimate,
  JobLogLine,
  JobState,
  JobSummary,
  JobUnit,
  UnitTally,
} from '../../protocol/jobs.ts';
import type { EstimateBasis } from './estimate-basis.ts';
import type { Throttle } from './governor.ts';
import { actionsOf } from './job-states.ts';
import { createRateMeter, type RateMeter } from './rate-meter.ts';

/** What is kept of a job besides its units and its log; small, for it is written with every unit that is done. */
export interface KeptJob {
  readonly version: 1;
  readonly id: string;
  readonly draft: JobDraft;
  readonly estimate: JobEstimate;
  readonly createdAtMs: number;
  readonly createdBy: string;
  state: JobState;
  startedAtMs: number | null;
  changedAtMs: number;
  problem: string | null;
  rowsDone: number;
  bytesDone: number;
  rowsTotal: number | null;
  /** Of the files of its days when it was submitted or last tried again. */
  inputs: string;
  /** Rows and seconds of threads at full speed, and of how many columns: the next estimates rest on it. */
  measured: { rows: number; seconds: number; columns: number } | null;
  /** Fingerprint of its last comparison. */
  compared: string | null;
}

/** A job as the thread of jobs holds it. */
export interface Job {
  readonly kept: KeptJob;
  /** By day, ascending. */
  readonly units: Map<string, JobUnit>;
  /** The last lines; history has all. */
  readonly log: JobLogLine[];
  readonly rate: RateMeter;
  throttle: Throttle;
  /** What its estimate was made from; null where another process made it. */
  basis: EstimateBasis | null;
}

const MOST_LOG_LINES = 1000;

export function createJob(
  kept: KeptJob,
  units: readonly JobUnit[],
  log: readonly JobLogLine[],
  basis: EstimateBasis | null,
): Job {
  const ascending = [...units].sort((a, b) => (a.day < b.day ? -1 : 1));
  return {
    kept,
    units: new Map(ascending.map((unit) => [unit.day, unit])),
    log: log.slice(-MOST_LOG_LINES),
    rate: createRateMeter(),
    throttle: { speed: 1, why: null },
    basis,
  };
}

export function addToLog(job: Job, lines: readonly JobLogLine[]): void {
  job.log.push(...lines);
  if (job.log.length > MOST_LOG_LINES) job.log.splice(0, job.log.length - MOST_LOG_LINES);
}

export const documentOf = (kept: KeptJob): JobDocument => ({ id: kept.id, document: JSON.stringify(kept) });

/** @throws GmvError `job_document` where the document is of a newer version. */
export function readDocument({ id, document }: JobDocument): KeptJob {
  const kept = JSON.parse(document) as KeptJob;
  if (kept.version === 1) return kept;
  throw new GmvError(
    'job_document',
    `Job ${id} was kept by another version (${String(kept.version)})`,
    'Start the version that wrote it.',
  );
}

export const newUnit = (day: string): JobUnit => ({
  day,
  state: 'waiting',
  cached: false,
  rows: 0,
  seconds: 0,
  attempts: 0,
  problem: null,
});

/** Units that are in one of the states, by day. */
export const unitsIn = (job: Job, ...states: readonly JobUnit['state'][]): JobUnit[] =>
  [...job.units.values()].filter(({ state }) => states.includes(state));

export function summaryOf(job: Job, nowMs: number): JobSummary {
  const { version, inputs, measured, compared, ...told } = job.kept;
  const isRunning = told.state === 'running';
  const rowsPerSecond = isRunning ? Math.round(job.rate.perSecond(nowMs)) : 0;
  return {
    ...told,
    actions: actionsOf(told.state),
    units: tallyOf(job),
    rowsPerSecond,
    eta: isRunning
      ? job.rate.eta(nowMs, told.rowsTotal === null ? null : told.rowsTotal - told.rowsDone)
      : null,
    throttle: isRunning || told.state === 'queued' ? job.throttle : { speed: 1, why: null },
  };
}

function tallyOf({ units }: Job): UnitTally {
  const tally = { waiting: 0, running: 0, done: 0, cached: 0, failed: 0, cancelled: 0 };
  for (const { state, cached } of units.values()) {
    tally[state]++;
    if (cached && state === 'done') tally.cached++;
  }
  return tally;
}
