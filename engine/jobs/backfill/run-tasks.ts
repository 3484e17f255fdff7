import { GmvError, reasonOf } from '../../errors.ts';
import type { UnitRequest } from '../../history/jobs-history.ts';
import type { JobUnit } from '../../protocol/jobs.ts';
import type { FilesLook } from '../../runtime/replay/look-into-files.ts';
import { planTasks, type ReplayTask } from '../../runtime/replay/plan-tasks.ts';
import { completeUnit } from './complete-unit.ts';
import { failUnits } from './fail-units.ts';
import { insist } from './insist.ts';
import type { JobContext, JobRun } from './job-context.ts';
import type { Reading } from './readings.ts';

export interface PlannedReading extends Reading {
  readonly opened: FilesLook;
  readonly tasks: readonly ReplayTask[];
}

interface QueuedTask {
  readonly reading: PlannedReading;
  readonly task: ReplayTask;
}

/** Of a day by itself, where trying again may help. */
const MOST_ATTEMPTS = 3;

/**
 * Runs tasks on as many threads as the job may have. A task that fails is tried again day by day, so that only days
 * that can't be read fail.
 *
 * @throws the signal's reason.
 */
export async function runTasks(
  readings: readonly PlannedReading[],
  run: JobRun,
  context: JobContext,
): Promise<void> {
  const { signal } = run.stop;
  const queue: QueuedTask[] = readings.flatMap((reading) => reading.tasks.map((task) => ({ reading, task })));
  const worker = async (): Promise<void> => {
    while (queue.length > 0 && !run.draining) {
      const release = await context.slots.take(signal);
      try {
        const next = run.draining ? undefined : queue.shift();
        if (next) queue.unshift(...(await runTask(next, run, context)));
      } finally {
        release();
      }
    }
  };
  const { parallelism } = run.job.kept.draft;
  const threads = Math.max(1, Math.min(parallelism, context.threads, queue.length));
  const workers = await Promise.allSettled(Array.from({ length: threads }, worker));
  for (const each of workers) if (each.status === 'rejected') throw each.reason;
}

/** Gives the tasks that are to be tried in its place. */
async function runTask(
  { reading, task }: QueuedTask,
  run: JobRun,
  context: JobContext,
): Promise<QueuedTask[]> {
  const { job, pace } = run;
  const { signal } = run.stop;
  const { calendar, now, news } = context;
  const wanted = new Set(task.days.map((index) => calendar.dayOfIndex(index).label));
  const open = new Map<string, UnitRequest>();
  for (const { unit } of reading.units) if (wanted.has(unit.day)) open.set(unit.day, unit);
  setRunning(run, context, [...open.keys()]);

  const startedMs = now();
  let lastMs = startedMs;
  let rowsRead = 0;
  const takeRows = (rows: number): void => {
    rowsRead += rows;
    job.kept.rowsDone += rows;
    job.kept.bytesDone += Math.round((task.bytes * rows) / Math.max(1, task.rows));
    job.rate.add(now(), rows);
    news.changed(job);
  };
  const secondsSinceLast = (): number => {
    const seconds = (now() - lastMs) / 1000;
    lastMs = now();
    return seconds;
  };
  try {
    const { columns } = await context.pool.run({
      plan: context.plan,
      figures: reading.figures,
      task,
      pace,
      signal,
      onRows: takeRows,
      onDay: async (computed) => {
        const unit = open.get(computed.day);
        if (!unit) return;
        await completeUnit(unit, computed, secondsSinceLast(), run, context);
        open.delete(computed.day);
      },
    });
    if (run.slowedMs < startedMs) measure(run, rowsRead, (now() - startedMs) / 1000, columns.length);
    if (open.size > 0) throw new Error(`the replay gave nothing for ${[...open.keys()].join(', ')}`);
    return [];
  } catch (error) {
    // What was read of days that aren't done is read again.
    signal.throwIfAborted();
    const days = [...open.keys()];
    // History may have been away: what comes next finds it back.
    await insist(() => context.history.lacking({ units: [...open.values()].slice(0, 1) }));
    // What is left of this task is no longer to be read by it.
    expectRows(job, -Math.max(0, task.rows - rowsRead));
    const attempts = job.units.get(days[0] ?? '')?.attempts ?? 0;
    const mayHelp = error instanceof GmvError && error.retriable && attempts < MOST_ATTEMPTS;
    if (task.days.length === 1 && !mayHelp) {
      await failUnits(run.job, context, [{ day: days[0] ?? '', problem: reasonOf(error) }]);
      return [];
    }
    const again = days.flatMap((day) =>
      planTasks({ ...reading.opened, plan: reading.plan, days: [calendar.dayOfLabel(day).index] }),
    );
    for (const { rows } of again) expectRows(job, rows);
    setWaiting(run, context, days);
    return again.map((each) => ({ reading, task: each }));
  }
}

function expectRows({ kept }: JobRun['job'], more: number): void {
  kept.rowsTotal = Math.max(kept.rowsDone, (kept.rowsTotal ?? 0) + more);
}

function setRunning(run: JobRun, context: JobContext, days: readonly string[]): void {
  changeUnits(run, context, days, (unit) => ({
    ...unit,
    state: 'running',
    attempts: unit.attempts + 1,
    problem: null,
  }));
}

const setWaiting = (run: JobRun, context: JobContext, days: readonly string[]): void =>
  changeUnits(run, context, days, (unit) => ({ ...unit, state: 'waiting' }));

/** What nobody needs to know after a crash is not kept. */
function changeUnits(
  { job }: JobRun,
  { news }: JobContext,
  days: readonly string[],
  change: (unit: JobUnit) => JobUnit,
): void {
  for (const day of days) {
    const unit = job.units.get(day);
    if (unit) job.units.set(day, change(unit));
  }
  news.changed(job, days);
}

function measure({ job }: JobRun, rows: number, seconds: number, columns: number): void {
  if (rows === 0) return;
  const before = job.kept.measured ?? { rows: 0, seconds: 0, columns: 0 };
  const all = before.rows + rows;
  job.kept.measured = {
    rows: all,
    seconds: before.seconds + seconds,
    columns: (before.columns * before.rows + columns * rows) / all,
  };
}
