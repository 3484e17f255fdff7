import type { UnitRequest } from '../../history/jobs-history.ts';
import type { ComputedDay } from '../../history/staging.ts';
import type { JobUnit } from '../../protocol/jobs.ts';
import { insist } from './insist.ts';
import { documentOf } from './job.ts';
import type { JobContext, JobRun } from './job-context.ts';

/** Has history put a unit's shadow together; the unit is done with it. `fresh` is given away. */
export async function completeUnit(
  unit: UnitRequest,
  fresh: ComputedDay,
  seconds: number,
  { job }: JobRun,
  { history, news }: JobContext,
): Promise<void> {
  const before = job.units.get(unit.day);
  if (!before) return;
  const done: JobUnit = {
    ...before,
    state: 'done',
    cached: false,
    rows: fresh.counts.rows,
    seconds,
    problem: null,
  };
  const change = { job: documentOf(job.kept), units: [done], log: [] };
  await history.completeUnit({ unit, fresh, change });
  job.units.set(unit.day, done);
  news.changed(job, [unit.day]);
}

const AT_ONCE = 64;

/** Units whose figures are all there: nothing is read, so thousands take seconds. */
export async function completeCached(
  units: readonly UnitRequest[],
  run: JobRun,
  { history, news }: JobContext,
): Promise<void> {
  const { job, stop } = run;
  for (let from = 0; from < units.length && !run.draining; from += AT_ONCE) {
    stop.signal.throwIfAborted();
    const some = units.slice(from, from + AT_ONCE);
    const done = some.flatMap(({ day }): JobUnit[] => {
      const before = job.units.get(day);
      return before ? [{ ...before, state: 'done', cached: true, problem: null }] : [];
    });
    const keep = (): Promise<void> =>
      history.completeCached({
        job: job.kept.id,
        units: some,
        change: { job: documentOf(job.kept), units: done, log: [] },
      });
    await insist(keep);
    for (const unit of done) job.units.set(unit.day, unit);
    news.changed(
      job,
      some.map(({ day }) => day),
    );
  }
}
