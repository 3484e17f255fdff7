import type { Job } from './job.ts';
import { isUnfinished } from './job-states.ts';

/** Jobs that are kept when they are over. */
export interface KeptJobs {
  readonly count: number;
  /** For how long after their last change; days of 24 hours. */
  readonly days: number;
}

/** Ids of jobs that are over and that nobody needs any more; those that changed last stay longest. */
export function jobsToForget(options: {
  readonly jobs: Iterable<Pick<Job, 'kept'>>;
  readonly keep: KeptJobs;
  readonly nowMs: number;
}): string[] {
  const { jobs, keep, nowMs } = options;
  const over = [...jobs].map(({ kept }) => kept).filter(({ state }) => !isUnfinished(state));
  const oldestMs = nowMs - keep.days * 86_400_000;
  return over
    .sort((a, b) => b.changedAtMs - a.changedAtMs)
    .filter(({ changedAtMs }, i) => i >= keep.count || changedAtMs < oldestMs)
    .map(({ id }) => id);
}
