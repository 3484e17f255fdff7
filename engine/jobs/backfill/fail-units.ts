import type { JobUnit } from '../../protocol/jobs.ts';
import { say } from '../../protocol/sayings.ts';
import type { Job } from './job.ts';
import type { JobContext } from './job-context.ts';

/** A day that can't be read, and why: names file and row group. */
export interface FailedUnit {
  readonly day: string;
  readonly problem: string;
}

/** Days that failed together are kept in one step; the log names the first. */
export async function failUnits(
  job: Job,
  { book }: Pick<JobContext, 'book'>,
  failed: readonly FailedUnit[],
): Promise<void> {
  const units = failed.flatMap(({ day, problem }): JobUnit[] => {
    const unit = job.units.get(day);
    return unit ? [{ ...unit, state: 'failed', problem }] : [];
  });
  const [first] = units;
  if (!first) return;
  const others = units.length - 1;
  const said = { day: first.day, problem: first.problem ?? '' };
  const text = others > 0 ? say('days_failed', { ...said, others }) : say('day_failed', said);
  await book.step(job, { event: null, actor: 'gmv', text, units });
}
