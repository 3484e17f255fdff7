import { GmvError } from '../../errors.ts';
import type { JobChange, JobsHistory } from '../../history/jobs-history.ts';
import type { JobLogLine, JobSummary, JobUnit } from '../../protocol/jobs.ts';
import { say } from '../../protocol/sayings.ts';
import { insist } from './insist.ts';
import { addToLog, documentOf, type Job, type KeptJob, summaryOf } from './job.ts';
import type { JobNews } from './job-news.ts';
import { type JobEvent, nextState } from './job-states.ts';

type KeptChanges = Partial<
  Pick<KeptJob, 'startedAtMs' | 'problem' | 'rowsTotal' | 'rowsDone' | 'bytesDone' | 'inputs' | 'compared'>
>;

/** One thing that happens to a job. */
export interface JobStep {
  /** Null: it keeps its state. */
  readonly event: JobEvent | null;
  readonly actor: string;
  /** A line of the log; null: none. */
  readonly text: string | null;
  readonly units?: readonly JobUnit[];
  readonly set?: KeptChanges;
  /** What history does with it in one transaction; default: `saveJob`. Nothing has happened where it fails. */
  readonly keep?: (change: JobChange) => Promise<unknown>;
}

/** All jobs; whatever happens to one goes through here, so that it is legal, logged, kept and told. */
export interface JobBook {
  readonly jobs: ReadonlyMap<string, Job>;
  /** @throws GmvError `no_such_job`. */
  get(id: string): Job;
  /** Takes a job in; `lines` are of how it came to be. */
  add(job: Job): void;
  /** Takes jobs out that are over; see `jobsToForget`. */
  forget(ids: readonly string[]): Promise<void>;
  /** @throws GmvError `job_state`, and whatever history throws. */
  step(job: Job, step: JobStep): Promise<void>;
  /** The newest first. */
  summaries(): JobSummary[];
}

export interface JobBookOptions {
  readonly history: Pick<JobsHistory, 'saveJob' | 'forgetJobs'>;
  readonly now: () => number;
  readonly news: () => JobNews;
}

const MOST_SUMMARIES = 500;

export function createJobBook({ history, now, news }: JobBookOptions): JobBook {
  const jobs = new Map<string, Job>();

  return {
    jobs,
    get(id) {
      const job = jobs.get(id);
      if (job) return job;
      throw new GmvError('no_such_job', say('no_such_job', { job: id }), say('see_jobs'));
    },
    add(job) {
      jobs.set(job.kept.id, job);
      news().changed(job, [...job.units.keys()], job.log);
    },
    async forget(ids) {
      for (const id of ids) jobs.delete(id);
      if (ids.length > 0) await history.forgetJobs({ jobs: ids });
    },
    async step(job, { event, actor, text, units = [], set = {}, keep }) {
      const atMs = now();
      const state = event === null ? job.kept.state : nextState(job.kept.state, event, job.kept.id);
      const changes = { ...set, ...(event === null ? {} : { state, changedAtMs: atMs }) };
      const lines: JobLogLine[] =
        text === null ? [] : [{ atMs, actor, text, state: event === null ? null : state }];
      const change = (): JobChange => ({ job: documentOf({ ...job.kept, ...changes }), units, log: lines });
      const apply = (): void => {
        Object.assign(job.kept, changes);
        for (const unit of units) job.units.set(unit.day, unit);
        addToLog(job, lines);
        news().changed(
          job,
          units.map(({ day }) => day),
          lines,
        );
      };
      if (keep) {
        await keep(change());
        apply();
      } else {
        apply();
        await insist(() => history.saveJob({ job: documentOf(job.kept), units, log: lines }));
      }
    },
    summaries() {
      const newest = [...jobs.values()].sort((a, b) => b.kept.createdAtMs - a.kept.createdAtMs);
      return newest.slice(0, MOST_SUMMARIES).map((job) => summaryOf(job, now()));
    },
  };
}
