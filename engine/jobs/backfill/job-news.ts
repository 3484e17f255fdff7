import type { JobLogLine, JobSummary, JobUnit, JobUpdate } from '../../protocol/jobs.ts';
import type { JobsNews } from '../../protocol/jobs-api.ts';
import { type Job, summaryOf } from './job.ts';

export interface WatchedJobs {
  readonly list: boolean;
  /** Ids. */
  readonly jobs: readonly string[];
}

/** Gathers what changes about jobs and tells it in steps. */
export interface JobNews {
  /** Something about the job changed: its summary, these of its units, these lines of its log. */
  changed(job: Job, days?: readonly string[], lines?: readonly JobLogLine[]): void;
  /** Everything there is about the job; what is pushed from now on follows on it. */
  whole(job: Job): JobUpdate;
  /** From now on these are told to `onNews`, and nothing else; jobs that were not told before come whole. */
  watch(wanted: WatchedJobs, onNews: (news: JobsNews) => void): void;
  /** Tells what has changed since the last time; called a few times a second. */
  tell(): void;
}

export interface JobNewsOptions {
  readonly now: () => number;
  /** The newest first. */
  readonly summaries: () => readonly JobSummary[];
  readonly job: (id: string) => Job | undefined;
  /** Where sequence numbers begin: others in each process, so that nobody takes one's for another's. */
  readonly firstSeq: number;
}

interface Pending {
  readonly days: Set<string>;
  readonly lines: JobLogLine[];
}

/** The list is told less often than a job's page, for every row of it is sent each time. */
const LIST_EVERY_MS = 1000;

export function createJobNews({ now, summaries, job: find, firstSeq }: JobNewsOptions): JobNews {
  const pending = new Map<string, Pending>();
  const sequences = new Map<string, number>();
  let watched: WatchedJobs = { list: false, jobs: [] };
  let tellNews: (news: JobsNews) => void = () => undefined;
  let startAnew = new Set<string>();
  let listChanged = false;
  let listToldMs = Number.NEGATIVE_INFINITY;

  const seqOf = (id: string): number => sequences.get(id) ?? firstSeq;
  const update = (
    job: Job,
    whole: boolean,
    days: Iterable<string>,
    log: readonly JobLogLine[],
  ): JobUpdate => ({
    id: job.kept.id,
    seq: seqOf(job.kept.id),
    whole,
    summary: summaryOf(job, now()),
    units: whole
      ? [...job.units.values()]
      : [...days].flatMap((day) => job.units.get(day) ?? ([] as JobUnit[])),
    log: whole ? [...job.log] : log,
  });
  const wholeOf = (job: Job): JobUpdate => update(job, true, [], []);

  /** What was gathered is one step of the sequence, also where nobody is told: who missed it sees the gap. */
  const tellJob = (id: string): void => {
    const job = find(id);
    const changes = pending.get(id);
    pending.delete(id);
    if (!job || !changes) return;
    sequences.set(id, seqOf(id) + 1);
    if (!watched.jobs.includes(id) || startAnew.has(id)) return;
    tellNews({ kind: 'job', update: update(job, false, changes.days, changes.lines) });
  };

  return {
    changed(job, days = [], lines = []) {
      const { id } = job.kept;
      let changes = pending.get(id);
      if (!changes) {
        changes = { days: new Set(), lines: [] };
        pending.set(id, changes);
      }
      for (const day of days) changes.days.add(day);
      changes.lines.push(...lines);
      listChanged = true;
      if (lines.length > 0) listToldMs = Number.NEGATIVE_INFINITY;
    },
    whole(job) {
      tellJob(job.kept.id);
      return wholeOf(job);
    },
    watch(wanted, onNews) {
      const before = new Set(watched.jobs);
      startAnew = new Set([...startAnew, ...wanted.jobs.filter((id) => !before.has(id))]);
      watched = wanted;
      tellNews = onNews;
    },
    tell() {
      for (const id of [...pending.keys()]) tellJob(id);
      for (const id of startAnew) {
        const job = watched.jobs.includes(id) ? find(id) : undefined;
        if (job) tellNews({ kind: 'job', update: wholeOf(job) });
      }
      startAnew.clear();
      if (!listChanged || !watched.list || now() - listToldMs < LIST_EVERY_MS) return;
      listChanged = false;
      listToldMs = now();
      tellNews({ kind: 'jobs', jobs: summaries() });
    },
  };
}
