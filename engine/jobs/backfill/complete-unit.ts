import type { DayFigures } from '../../figures/day-figures.ts';
import type { UnitRequest } from '../../history/jobs-history.ts';
import type { JobUnit } from '../../protocol/jobs.ts';
import { insist } from './insist.ts';
import { documentOf } from './job.ts';
import type { JobContext, JobRun } from './job-context.ts';

/** Has history put a unit's shadow together; the unit is done with it. `fresh` is given away. */
export async function completeUnit(
  unit: UnitRequest,
  fresh: DayFigures | null,
  seconds: number,
  { job }: JobRun,
  { history, news }: JobContext,
): Promise<void> {
  const before = job.units.get(unit.day);
  if (!before) return;
  const done: JobUnit = {
    ...before,
    state: 'done',
    cached: fresh === null,
    rows: fresh?.counts.rows ?? 0,
    seconds,
    problem: null,
  };
  const change = { job: documentOf(job.kept), units: [done], log: [] };
  await history.completeUnit({ unit, fresh, change });
  job.units.set(unit.day, done);
  news.changed(job, [unit.day]);
}

const AT_ONCE = 8;

/** Units whose figures are all there: nothing is read, so thousands take seconds. */
export async function completeCached(
  units: readonly UnitRequest[],
  run: JobRun,
  context: JobContext,
): Promise<void> {
  const { signal } = run.stop;
  const queue = units.values();
  const worker = async (): Promise<void> => {
    for (const unit of queue) {
      signal.throwIfAborted();
      if (run.draining) return;
      await insist(() => completeUnit(unit, null, 0, run, context));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
