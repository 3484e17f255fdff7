import { GmvError } from '../../errors.ts';
import type { JobDraft, JobEstimate, JobLogLine } from '../../protocol/jobs.ts';
import { say } from '../../protocol/sayings.ts';
import type { Estimated } from './estimate.ts';
import { changesBetween, changesText, type EstimateBasis, isSame } from './estimate-basis.ts';
import { createJob, documentOf, type Job, type KeptJob, newUnit } from './job.ts';
import type { JobContext } from './job-context.ts';
import { nextState } from './job-states.ts';

/** Drafts become jobs here, and only as what was estimated. */
export interface Submissions {
  estimate(draft: JobDraft): Promise<JobEstimate>;
  /** @throws GmvError `estimate_outdated`, `refused`. */
  submit(ask: { readonly draft: JobDraft; readonly estimate: string; readonly actor: string }): Promise<Job>;
}

export interface SubmissionsOptions {
  readonly context: JobContext;
  readonly estimate: (draft: JobDraft) => Promise<Estimated>;
  readonly randomId: () => string;
}

const MOST_REMEMBERED = 64;
/** A job is written with each of its units, so of days that were left out it keeps only some. */
const MOST_LEFT_KEPT = 100;

export function createSubmissions({ context, estimate, randomId }: SubmissionsOptions): Submissions {
  const { book, now, history } = context;
  /** What the last estimates were made from, by fingerprint. */
  const remembered = new Map<string, EstimateBasis>();

  const remember = ({ estimate: { fingerprint }, basis }: Estimated): void => {
    remembered.delete(fingerprint);
    remembered.set(fingerprint, basis);
    for (const oldest of remembered.keys()) if (remembered.size > MOST_REMEMBERED) remembered.delete(oldest);
  };

  return {
    async estimate(draft) {
      const estimated = await estimate(draft);
      remember(estimated);
      return estimated.estimate;
    },
    async submit({ draft, estimate: expected, actor }) {
      const submittedMs = now();
      const estimated = await estimate(draft);
      const { days, basis, inputs } = estimated;
      remember(estimated);
      if (estimated.estimate.refusal !== null) {
        throw new GmvError('refused', say('nothing_to_do'), estimated.estimate.refusal);
      }
      if (estimated.estimate.fingerprint !== expected)
        throw outdated(remembered.get(expected) ?? null, basis);
      const id = randomId();
      const atMs = now();
      const submitted = nextState('draft', 'submit', id);
      const state = nextState(submitted, 'estimated', id);
      const conflicts = estimated.estimate.conflicts.map(
        ({ job, days: shared }) => `${job} (${shared} days)`,
      );
      const queued =
        conflicts.length > 0
          ? say('queued_beside', { days: days.length, jobs: conflicts.join(', ') })
          : say('queued', { days: days.length });
      const log: JobLogLine[] = [
        { atMs: submittedMs, actor, text: say('submitted'), state: submitted },
        { atMs, actor: 'gmv', text: queued, state },
      ];
      const kept: KeptJob = {
        version: 1,
        ...{ id, draft, state, inputs },
        estimate: { ...estimated.estimate, left: estimated.estimate.left.slice(0, MOST_LEFT_KEPT) },
        ...{
          createdAtMs: submittedMs,
          createdBy: actor,
          startedAtMs: null,
          changedAtMs: atMs,
          problem: null,
        },
        ...{ rowsDone: 0, bytesDone: 0, rowsTotal: estimated.estimate.rows, measured: null, compared: null },
      };
      const units = days.map(newUnit);
      await history.saveJob({ job: documentOf(kept), units, log });
      const job = createJob(kept, units, log, basis);
      book.add(job);
      return job;
    },
  };
}

function outdated(before: EstimateBasis | null, now: EstimateBasis): GmvError {
  const changes = before && changesBetween(before, now);
  const what = changes && !isSame(changes) ? changesText(changes) : say('days_or_files');
  return new GmvError('estimate_outdated', say('estimate_outdated', { changes: what }), say('look_again'));
}
