import { GmvError, reasonOf } from '../../errors.ts';
import { say } from '../../protocol/sayings.ts';
import { autoApproval, type Comparisons } from './comparisons.ts';
import { insist } from './insist.ts';
import { type Job, readDocument } from './job.ts';
import type { JobContext } from './job-context.ts';

export interface DecideOptions {
  readonly job: Job;
  readonly actor: string;
  readonly context: JobContext;
}

/** Compares a job whose units are all done, and publishes it where its draft allows that by itself. */
export async function compareJob(
  { job, context }: Omit<DecideOptions, 'actor'>,
  comparisons: Comparisons,
): Promise<void> {
  const { book } = context;
  const actor = 'gmv';
  try {
    const comparison = await comparisons.make(job);
    // It may have been cancelled meanwhile.
    if (job.kept.state !== 'comparing') return;
    const different = comparison.days.filter(({ differs }) => differs).length;
    const text = say('compared', { different, days: comparison.days.length });
    await book.step(job, { event: 'compared', actor, text, set: { compared: comparison.fingerprint } });
    const reason = autoApproval(job.kept.draft, comparison);
    if (reason !== null) {
      await approveJob(
        { job, actor, context },
        comparison.fingerprint,
        say('approved_by_itself', { why: reason }),
      );
    }
  } catch (error) {
    const problem = reasonOf(error);
    if (job.kept.state === 'comparing') {
      await book.step(job, { event: 'broken', actor, text: problem, set: { problem } });
    }
  }
}

/**
 * Publishes a job's days in one transaction.
 *
 * @throws GmvError `comparison_outdated`, `published_since`.
 */
export async function approveJob(
  { job, actor, context }: DecideOptions,
  expect: string | null,
  text: string,
): Promise<void> {
  const { id, compared, state } = job.kept;
  if (state === 'awaiting_approval' && (expect === null || expect !== compared)) {
    throw new GmvError('comparison_outdated', say('outdated', { job: id }), say('look_and_approve'));
  }
  await decide({ job, actor, context }, 'approve', text, (change) =>
    context.history.publishJob({ job: id, fingerprint: expect ?? '', change }),
  );
}

/** @throws GmvError `later_generation`. */
export const undoJob = (options: DecideOptions): Promise<void> =>
  decide(options, 'undo', say('undone'), (change) =>
    options.context.history.undoJob({ job: options.job.kept.id, change }),
  );

export const discardJob = (options: DecideOptions): Promise<void> =>
  decide(options, 'discard', say('discarded'), (change) =>
    options.context.history.dropJob({ job: options.job.kept.id, change }),
  );

type Keep = NonNullable<Parameters<JobContext['book']['step']>[1]['keep']>;

/** A refusal is logged; where history went away in the middle, what it has says whether it happened. */
async function decide(
  { job, actor, context }: DecideOptions,
  event: 'approve' | 'undo' | 'discard',
  text: string,
  keep: Keep,
): Promise<void> {
  const { book, history } = context;
  const before = job.kept.state;
  try {
    await book.step(job, { event, actor, text, keep });
  } catch (error) {
    if (error instanceof GmvError && error.code === 'job_state') throw error;
    if (!(error instanceof GmvError) || error.retriable) {
      const all = await insist(() => history.loadJobs({}));
      const stored = all.find((each) => each.job.id === job.kept.id);
      if (stored && readDocument(stored.job).state !== before) {
        await book.step(job, { event, actor, text, keep: async () => undefined });
        return;
      }
    }
    await book.step(job, {
      event: null,
      actor,
      text: say('action_refused', { action: event, why: reasonOf(error) }),
    });
    throw error;
  }
}
