import { GmvError } from '../../errors.ts';
import { JOB_ACTIONS, type JobAction, type JobState } from '../../protocol/jobs.ts';
import { say } from '../../protocol/sayings.ts';

/**
 * What can happen to a job: what an operator does, and what happens by itself. `restart`: the process that worked on it
 * is gone. `drained`: every unit is done; `broken`: the rest failed, or the job as a whole did.
 */
export type JobEvent =
  | JobAction
  | 'submit'
  | 'estimated'
  | 'start'
  | 'restart'
  | 'drained'
  | 'broken'
  | 'compared';

/** Every legal step of a job. What isn't here can't happen. */
export const JOB_STEPS: Readonly<Record<JobState, Partial<Readonly<Record<JobEvent, JobState>>>>> = {
  draft: { submit: 'estimating' },
  estimating: {
    estimated: 'queued',
    broken: 'failed',
    restart: 'queued',
    cancel: 'cancelled',
    stop: 'cancelled',
  },
  queued: { start: 'running', pause: 'paused', cancel: 'cancelled', stop: 'cancelled', broken: 'failed' },
  running: {
    pause: 'paused',
    cancel: 'cancelled',
    stop: 'cancelled',
    drained: 'comparing',
    broken: 'failed',
    restart: 'queued',
  },
  paused: { resume: 'queued', cancel: 'cancelled', stop: 'cancelled' },
  comparing: {
    compared: 'awaiting_approval',
    broken: 'failed',
    restart: 'queued',
    cancel: 'cancelled',
    stop: 'cancelled',
  },
  awaiting_approval: { approve: 'published', compare: 'comparing', discard: 'discarded' },
  published: { undo: 'undone' },
  failed: { retry: 'queued', discard: 'discarded' },
  cancelled: { discard: 'discarded' },
  undone: {},
  discarded: {},
};

/** What an operator may do in a state, in the order of `JOB_ACTIONS`. */
export const actionsOf = (state: JobState): JobAction[] =>
  JOB_ACTIONS.filter((action) => JOB_STEPS[state][action] !== undefined);

/** Whether it may still take days, and so stands in the way of another job on them. */
export const isUnfinished = (state: JobState): boolean =>
  state !== 'published' &&
  state !== 'undone' &&
  state !== 'discarded' &&
  state !== 'cancelled' &&
  state !== 'draft';

/**
 * The state that the event leads to.
 *
 * @throws GmvError `job_state` that names what may be done instead.
 */
export function nextState(state: JobState, event: JobEvent, id: string): JobState {
  const next = JOB_STEPS[state][event];
  if (next !== undefined) return next;
  const legal = actionsOf(state);
  throw new GmvError(
    'job_state',
    say('not_possible', { job: id, state: wordsOf(state), event }),
    legal.length === 0 ? say('nothing_more') : say('possible', { actions: legal.join(', ') }),
  );
}

export const wordsOf = (state: JobState): string => state.replaceAll('_', ' ');
