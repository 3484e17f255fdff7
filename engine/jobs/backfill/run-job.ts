import type { DatasetLook } from '../../datasets/dataset.ts';
import { GmvError, reasonOf } from '../../errors.ts';
import { say } from '../../protocol/sayings.ts';
import { planTasks } from '../../runtime/replay/plan-tasks.ts';
import { completeCached } from './complete-unit.ts';
import { type DayInputs, inputsOfDays } from './day-inputs.ts';
import { inputsDigest } from './estimate.ts';
import { basisOf, changesBetween, changesText, few, isSame } from './estimate-basis.ts';
import { failUnits } from './fail-units.ts';
import { insist } from './insist.ts';
import { unitsIn } from './job.ts';
import type { JobContext, JobRun } from './job-context.ts';
import { makeReady } from './make-ready.ts';
import { openReading } from './open-reading.ts';
import { readingsOf } from './readings.ts';
import { runTasks } from './run-tasks.ts';
import { lackingUnits, unitRequests } from './unit-requests.ts';

/**
 * Works through the units of a job that wait: looks at the files, takes what is there already, reads the rest. Each
 * unit is done or failed by itself; after a crash the next run finds what this one left.
 *
 * @throws GmvError where no unit can be tried at all, or the signal's reason.
 */
export async function runJob(run: JobRun, context: JobContext): Promise<void> {
  const { job } = run;
  const { signal } = run.stop;
  const { history, plan, calendar, book } = context;
  const waiting = unitsIn(job, 'waiting').map(({ day }) => day);
  if (waiting.length === 0) return;
  const dataset = context.datasets.get(job.kept.draft.dataset);
  const look = await dataset.look({ signal });
  signal.throwIfAborted();
  const inputs = await checkedInputs(run, context, look, waiting);
  const requests = unitRequests({
    job: job.kept.id,
    draft: job.kept.draft,
    inputs,
    lateByDay: context.lateByDay(),
  });
  const lacking = await insist(() => lackingUnits(history, requests, signal));
  const cached = lacking.filter(({ figures }) => figures.length === 0).map(({ unit }) => unit);
  await completeCached(cached, run, context);
  const toRead = lacking.filter(({ figures }) => figures.length > 0);
  if (toRead.length === 0 || run.draining) return;

  const files = new Set(toRead.flatMap(({ unit }) => inputs.get(unit.day)?.files ?? []));
  const ready = await makeReady({ dataset, files: [...files], run, context });
  try {
    const opened = await openReading({ paths: ready.paths, known: [...files], plan, signal });
    const lost = new Map([...ready.failed, ...opened.failed]);
    const unreadable = toRead.flatMap(({ unit: { day } }) => {
      const file = inputs.get(day)?.files.find((each) => lost.has(each));
      return file ? [{ day, problem: reasonOf(lost.get(file)) }] : [];
    });
    await failUnits(run.job, context, unreadable);
    const bad = new Set(unreadable.map(({ day }) => day));
    const readable = toRead.filter(({ unit }) => !bad.has(unit.day));
    const threads = Math.min(job.kept.draft.parallelism, context.threads);
    const readings = readingsOf(plan, readable).map((reading) => {
      const days = reading.units.map(({ unit }) => calendar.dayOfLabel(unit.day).index);
      return { ...reading, opened, tasks: planTasks({ ...opened, plan: reading.plan, days, threads }) };
    });
    const rows = readings.flatMap(({ tasks }) => tasks).reduce((sum, task) => sum + task.rows, 0);
    await book.step(job, {
      event: null,
      actor: 'gmv',
      text: say('to_read', { cached: cached.length, days: requests.length, rows, left: readable.length }),
      set: { rowsTotal: job.kept.rowsDone + rows },
    });
    await runTasks(readings, run, context);
  } finally {
    await ready.release();
  }
}

/**
 * What the days' files are now. Where they aren't what the estimate was made from, that is logged; days of files that
 * are gone fail, for their figures would silently lack what those held.
 */
async function checkedInputs(
  run: JobRun,
  context: JobContext,
  look: DatasetLook,
  waiting: readonly string[],
): Promise<ReadonlyMap<string, DayInputs>> {
  const { job } = run;
  const { plan, calendar, book } = context;
  const all = inputsOfDays({ look, calendar, limits: plan.limits, days: [...job.units.keys()] });
  const digest = inputsDigest(all);
  const failed = new Map<string, string>();
  if (job.kept.inputs === '') job.basis = basisOf(all);
  else if (digest !== job.kept.inputs && look.summary.kind !== 'archive') {
    const { basis } = job;
    if (basis === null) throw changedMeanwhile(job.kept.draft.dataset);
    const changes = changesBetween(basis, basisOf(all));
    if (!isSame(changes)) {
      const text = say('other_files', { changes: changesText(changes) });
      await book.step(job, { event: null, actor: 'gmv', text });
    }
    const gone = new Set(changes.gone);
    for (const day of waiting) {
      const lost = [...(basis.get(day)?.keys() ?? [])].filter((path) => gone.has(path));
      if (lost.length > 0)
        failed.set(day, say('not_readable', { files: few(lost), problem: problemOf(lost, look) }));
    }
  }
  for (const day of waiting) {
    if (!all.has(day) && !failed.has(day)) failed.set(day, say('no_file_any_more', { day }));
  }
  if (job.kept.inputs === '')
    await book.step(job, { event: null, actor: 'gmv', text: null, set: { inputs: digest } });
  await failUnits(
    run.job,
    context,
    [...failed].map(([day, problem]) => ({ day, problem })),
  );
  const open = new Set(waiting.filter((day) => !failed.has(day)));
  return new Map([...all].filter(([day]) => open.has(day)));
}

function problemOf(paths: readonly string[], { summary }: DatasetLook): string {
  const known = summary.problems.find(({ file }) =>
    paths.some((path) => path === file || path.endsWith(`/${file}`)),
  );
  return known?.problem ?? say('gone');
}

const changedMeanwhile = (dataset: string): GmvError =>
  new GmvError(
    'dataset_changed',
    `Files of ${dataset} for these days are others than at the estimate, which the server made before it started anew`,
    'Retry to take them as they are now.',
  );
