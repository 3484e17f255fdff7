import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runAndKill } from '../../test/run-and-kill.ts';
import { figureTexts } from './figure-texts.ts';
import { changeOfJob, figuresOfJob, KILLED_DAYS, KILLED_PLAN, unitOfJob } from './jobs-until-killed.ts';
import { openHistory } from './open-history.ts';

const whole = { rollups: KILLED_PLAN.rollups.map(({ name }) => name), identity: true };

/** Whose figures stand: those of the last job that was published and not undone. */
function publishedBy({ n, state }: { n: number; state: string }): number {
  if (state === 'published') return n;
  return n % 2 === 0 ? n - 1 : Math.max(0, n - 2);
}

it('a unit is done with its figures, a job published or undone with all its days, or not at all, after kill -9', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-jobs-killed-'));
  const path = join(folder, 'history.duckdb');
  try {
    const script = fileURLToPath(new URL('./jobs-until-killed.ts', import.meta.url));
    for (const waitMs of [20, 260, 550, 890]) {
      const announced = await runAndKill(['--import', 'tsx', script, path], waitMs);
      const history = await openHistory({
        path,
        plan: KILLED_PLAN,
        clock: () => 0,
        keep: { count: 9, days: 1e6 },
      });
      const jobs = await history.jobs.loadJobs({});
      const last = jobs.at(-1);
      const { n, state } = JSON.parse(last?.job.document ?? '{}') as { n: number; state: string };
      expect(n).toBeGreaterThanOrEqual(announced);
      expect(last?.log.at(-1)?.text).toBe(state);

      const check = async (generation: number | undefined, day: string, by: number): Promise<void> => {
        const found = await history.figuresOfGeneration(generation ?? -1, whole);
        expect(found && figureTexts(found)).toEqual(figureTexts(figuresOfJob(day, by)));
      };
      const by = publishedBy({ n, state });
      expect(history.publishedDays().map(({ day }) => day)).toEqual(by > 0 ? KILLED_DAYS : []);
      for (const { day, generation } of history.publishedDays()) await check(generation, day, by);

      // What was done stays done, the job goes on with the others.
      if (state === 'running') {
        const units = KILLED_DAYS.map((day) => unitOfJob(day, n));
        const lacking = await history.jobs.lacking({ units });
        const done = KILLED_DAYS.filter((_, i) => lacking[i]?.length === 0);
        expect(last?.units.map(({ day }) => day)).toEqual(done);
        for (const day of KILLED_DAYS.filter((each) => !done.includes(each))) {
          const change = changeOfJob(n, 'running', day);
          await history.jobs.completeUnit({ unit: unitOfJob(day, n), fresh: figuresOfJob(day, n), change });
        }
        const { fingerprint } = await history.jobs.compare({ job: `job ${n}` });
        await history.jobs.publishJob({ job: `job ${n}`, fingerprint, change: changeOfJob(n, 'published') });
        for (const { day, generation } of history.publishedDays()) await check(generation, day, n);
      }
      if (n % 2 === 0 && state !== 'undone') {
        await history.jobs.undoJob({ job: `job ${n}`, change: changeOfJob(n, 'undone') });
        for (const { day, generation } of history.publishedDays()) await check(generation, day, n - 1);
      }
      await history.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
