import type { JobAction, JobUnit } from '../../protocol/jobs.ts';
import { say } from '../../protocol/sayings.ts';
import type { Comparisons } from './comparisons.ts';
import { approveJob, compareJob, type DecideOptions, discardJob, undoJob } from './decide-job.ts';
import { unitsIn } from './job.ts';
import { nextState } from './job-states.ts';
import type { Scheduler } from './scheduler.ts';

export interface ActOptions extends DecideOptions {
  readonly action: JobAction;
  /** For `approve`: fingerprint of the comparison that was looked at. */
  readonly expect: string | null;
  readonly scheduler: Scheduler;
  readonly comparisons: Comparisons;
}

/**
 * Does what an operator asks for. The state is another when this returns; what runs ends by itself.
 *
 * @throws GmvError `job_state`, and what `approve` and `undo` throw.
 */
export async function actOnJob(options: ActOptions): Promise<void> {
  const { job, action, actor, expect, context, scheduler, comparisons } = options;
  const { book } = context;
  nextState(job.kept.state, action, job.kept.id);
  const as = (state: JobUnit['state'], ...from: JobUnit['state'][]): JobUnit[] =>
    unitsIn(job, ...from).map((unit) => ({ ...unit, state, problem: null }));

  switch (action) {
    case 'pause':
      await book.step(job, { event: action, actor, text: say('paused'), units: as('waiting', 'running') });
      void scheduler.stop(job);
      return;
    case 'resume':
      return book.step(job, { event: action, actor, text: say('resumed') });
    case 'cancel':
      scheduler.drain(job);
      return book.step(job, {
        ...{ event: action, actor, units: as('cancelled', 'waiting') },
        text: say('cancelled'),
      });
    case 'stop':
      await book.step(job, {
        ...{ event: action, actor, units: as('cancelled', 'waiting', 'running') },
        text: say('stopped'),
      });
      void scheduler.stop(job);
      return;
    case 'retry': {
      const units = as('waiting', 'failed');
      const text = say('tried_again', { days: units.length });
      return book.step(job, { event: action, actor, text, units, set: { problem: null, inputs: '' } });
    }
    case 'compare':
      await book.step(job, { event: action, actor, text: say('compared_again') });
      return compareJob({ job, context }, comparisons);
    case 'approve':
      return approveJob(options, expect, say('approved'));
    case 'discard':
      await scheduler.stop(job);
      return discardJob(options);
    case 'undo':
      return undoJob(options);
  }
}
