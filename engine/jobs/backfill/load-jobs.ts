import { say } from '../../protocol/sayings.ts';
import { createJob, readDocument } from './job.ts';
import type { JobContext } from './job-context.ts';
import { JOB_STEPS } from './job-states.ts';

/** Takes in the jobs that history has; what was worked on when its process ended is queued again. */
export async function loadJobs({ history, book }: Pick<JobContext, 'history' | 'book'>): Promise<void> {
  for (const { job: stored, units, log } of await history.loadJobs({})) {
    const kept = readDocument(stored);
    const open = units.map((unit) =>
      unit.state === 'running' ? { ...unit, state: 'waiting' as const } : unit,
    );
    const job = createJob(kept, open, log, null);
    book.add(job);
    if (JOB_STEPS[kept.state].restart === undefined) continue;
    const done = open.filter(({ state }) => state === 'done').length;
    const text = say('queued_after_restart', { done, days: open.length });
    await book.step(job, { event: 'restart', actor: 'gmv', text });
  }
}
