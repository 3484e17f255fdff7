import { reasonOf } from '../../errors.ts';
import { say } from '../../protocol/sayings.ts';
import { createPace } from '../../runtime/replay/create-pace.ts';
import { failUnits } from './fail-units.ts';
import type { Governor } from './governor.ts';
import { type Job, unitsIn } from './job.ts';
import type { JobContext, JobRun } from './job-context.ts';
import { JOB_STEPS } from './job-states.ts';
import { runJob } from './run-job.ts';

/** Starts queued jobs, keeps their pace, and stops them. */
export interface Scheduler {
  /** Starts what may start. */
  pump(): void;
  /** Passes on how fast jobs may go now. */
  govern(): void;
  /** Gives up what runs of the job; its days wait again. */
  stop(job: Job): Promise<void>;
  /** Begins nothing more of the job; what runs ends first, unless it stands still. */
  drain(job: Job): void;
  /** Stops everything, as if the process ended. */
  close(): Promise<void>;
}

export interface SchedulerOptions {
  readonly context: JobContext;
  readonly governor: Governor;
  /** All units of the job are done. */
  readonly onDrained: (job: Job) => Promise<void>;
  readonly onError: (message: string, error: unknown) => void;
}

/** Others wait in the queue: each holds files and looks at them. */
const MOST_RUNNING = 4;
/** A task that may not go on for so long gives its thread back. */
const STANDSTILL_MS = 15_000;

const CLOSE_MS = 2000;

interface Running {
  readonly run: JobRun;
  readonly ended: Promise<void>;
  stillSinceMs: number | null;
}

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { context, governor, onDrained, onError } = options;
  const { book, now, news } = context;
  const running = new Map<string, Running>();
  let closed = false;

  const throttle = (job: Job): void => {
    const next = governor.throttleOf(job.kept.draft.when, now());
    const { throttle: before } = job;
    job.throttle = next;
    if (next.speed !== before.speed || next.why !== before.why) news.changed(job);
  };

  const start = (job: Job): void => {
    const run: JobRun = {
      job,
      stop: new AbortController(),
      pace: createPace(),
      draining: false,
      slowedMs: -1,
    };
    run.pace.set(job.throttle.speed);
    const ended = work(run)
      .catch((error: unknown) => recover(job, error))
      .finally(() => {
        running.delete(job.kept.id);
        pump();
      });
    running.set(job.kept.id, { run, ended, stillSinceMs: null });
  };

  /** Nothing of what it came to could be kept: it is begun again, else nobody would. */
  const recover = async (job: Job, error: unknown): Promise<void> => {
    onError(`job ${job.kept.id} could not be brought to an end`, error);
    if (closed || JOB_STEPS[job.kept.state].restart === undefined) return;
    const text = say('queued_again', { why: reasonOf(error) });
    await book
      .step(job, { event: 'restart', actor: 'gmv', text })
      .catch((again: unknown) => onError(`job ${job.kept.id} could not be kept`, again));
  };

  const work = async (run: JobRun): Promise<void> => {
    const { job, stop } = run;
    const set = { startedAtMs: job.kept.startedAtMs ?? now(), problem: null };
    await book.step(job, { event: 'start', actor: 'gmv', text: say('started'), set });
    let problem: string | null = null;
    try {
      await runJob(run, context);
    } catch (error) {
      if (!stop.signal.aborted) problem = reasonOf(error);
    }
    if (closed) return;
    await settle(run, problem);
    if (job.kept.state === 'comparing') await onDrained(job);
  };

  /** What became of the job, once nothing of it runs any more. */
  const settle = async ({ job, stop }: JobRun, problem: string | null): Promise<void> => {
    const actor = 'gmv';
    const left = unitsIn(job, 'running');
    if (job.kept.state === 'cancelled') {
      const units = unitsIn(job, 'running', 'waiting').map((unit) => ({
        ...unit,
        state: 'cancelled' as const,
      }));
      if (units.length > 0) await book.step(job, { event: null, actor, text: null, units });
      return;
    }
    for (const unit of left) job.units.set(unit.day, { ...unit, state: 'waiting' });
    news.changed(
      job,
      left.map(({ day }) => day),
    );
    if (job.kept.state !== 'running') return;
    if (stop.signal.aborted) {
      await book.step(job, {
        event: 'restart',
        actor,
        text: say('queued_again', { why: job.throttle.why ?? say('stopped') }),
      });
      return;
    }
    if (problem !== null) {
      const days = unitsIn(job, 'waiting').map(({ day }) => ({ day, problem: problem ?? '' }));
      await failUnits(job, context, days);
    }
    const failed = unitsIn(job, 'failed');
    if (failed.length === 0 && problem === null) {
      await book.step(job, { event: 'drained', actor, text: say('all_done') });
      return;
    }
    const text =
      problem ??
      say('ended_failed', {
        failed: failed.length,
        days: job.units.size,
        problem: failed[0]?.problem ?? '',
      });
    await book.step(job, { event: 'broken', actor, text, set: { problem: text } });
  };

  const pump = (): void => {
    if (closed) return;
    const queued = [...book.jobs.values()]
      .filter(({ kept }) => kept.state === 'queued' && !running.has(kept.id))
      .sort((a, b) => a.kept.createdAtMs - b.kept.createdAtMs);
    for (const job of queued) {
      throttle(job);
      if (running.size >= MOST_RUNNING) return;
      if (job.kept.draft.when === 'now' || job.throttle.speed > 0) start(job);
    }
  };

  return {
    pump,
    govern() {
      for (const each of running.values()) {
        const { job, pace } = each.run;
        throttle(job);
        const { speed } = job.throttle;
        pace.set(speed);
        if (speed < 1) each.run.slowedMs = now();
        each.stillSinceMs = speed > 0 ? null : (each.stillSinceMs ?? now());
        const still = each.stillSinceMs !== null && now() - each.stillSinceMs >= STANDSTILL_MS;
        if (still && job.kept.draft.when !== 'now')
          each.run.stop.abort(new Error('it may not go on for now'));
      }
    },
    async stop(job) {
      const each = running.get(job.kept.id);
      each?.run.stop.abort(new Error('stopped'));
      await each?.ended;
    },
    drain(job) {
      const each = running.get(job.kept.id);
      if (!each) return;
      each.run.draining = true;
      if (job.throttle.speed === 0) each.run.stop.abort(new Error('it stood still'));
    },
    async close() {
      closed = true;
      for (const { run } of running.values()) run.stop.abort(new Error('closed'));
      const ends = Promise.allSettled([...running.values()].map(({ ended }) => ended));
      // Whoever waits for an answer that doesn't come ends with the thread.
      await Promise.race([ends, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
    },
  };
}
