import { GmvError } from '../../errors.ts';
import type { JobsHistory } from '../../history/jobs-history.ts';
import type { Comparison } from '../../protocol/comparison.ts';
import type { JobDraft } from '../../protocol/jobs.ts';
import { say } from '../../protocol/sayings.ts';
import type { Job } from './job.ts';
import { wordsOf } from './job-states.ts';

/** Comparisons of jobs: the last few are held, the others made again. */
export interface Comparisons {
  /** Compares with what is published now. */
  make(job: Job): Promise<Comparison>;
  /**
   * The last one, with the days that are others by now.
   *
   * @throws GmvError `not_compared`.
   */
  of(job: Job): Promise<Comparison>;
}

export interface ComparisonsOptions {
  readonly history: Pick<JobsHistory, 'compare' | 'published'>;
}

const MOST_HELD = 8;

export function createComparisons({ history }: ComparisonsOptions): Comparisons {
  const held = new Map<string, Comparison>();

  const make = async ({ kept: { id } }: Job): Promise<Comparison> => {
    const comparison = await history.compare({ job: id });
    held.delete(id);
    held.set(id, comparison);
    for (const oldest of held.keys()) if (held.size > MOST_HELD) held.delete(oldest);
    return comparison;
  };

  return {
    make,
    async of(job) {
      const { state, id } = job.kept;
      if (state !== 'awaiting_approval' && state !== 'published' && state !== 'undone') {
        const until =
          state === 'discarded' ? 'Its results were given up.' : 'Wait until all of its days are done.';
        throw new GmvError(
          'not_compared',
          `Job ${id} is ${wordsOf(state)}: there is nothing to compare`,
          until,
        );
      }
      const comparison = held.get(id) ?? (await make(job));
      if (state !== 'awaiting_approval') return comparison;
      // An approval names what was seen: after a restart that is this one.
      job.kept.compared = comparison.fingerprint;
      const published = new Map((await history.published({})).map((day) => [day.day, day.generation]));
      const outdated = comparison.days.filter(
        ({ day, published: was }) => (published.get(day) ?? null) !== was,
      );
      return { ...comparison, outdated: outdated.map(({ day }) => day) };
    },
  };
}

/** Whether a comparison may be approved by itself, as the draft says; a text that says why. */
export function autoApproval({ approval }: JobDraft, { days }: Comparison): string | null {
  if (approval.kind !== 'auto') return null;
  if (days.every(({ published }) => published === null)) return say('nothing_published');
  if (days.every(({ published, differs }) => published === null || !differs)) return say('nothing_changes');
  const { upToPermille } = approval;
  if (upToPermille <= 0) return null;
  const isSmall = days.every(
    ({ published, figures }) =>
      published === null ||
      figures.every((figure) => permilleOf(figure.published, figure.computed) <= upToPermille),
  );
  return isSmall ? say('small_changes', { permille: upToPermille }) : null;
}

/** A metric that is new changes nothing that is published; one that goes away changes all of it. */
function permilleOf(published: number | null, computed: number | null): number {
  if (published === null || published === computed) return 0;
  if (computed === null || published === 0) return Number.POSITIVE_INFINITY;
  return (Math.abs(computed - published) / Math.abs(published)) * 1000;
}
