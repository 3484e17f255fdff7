import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import { defaultCatalogue } from '../definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import type { DayFigures } from '../figures/day-figures.ts';
import { compilePlan } from '../plan/compile-plan.ts';
import { figuresOfFacts, sampleFacts } from './figures-of-facts.ts';
import type { JobChange, UnitRequest } from './jobs-history.ts';
import { openHistory } from './open-history.ts';

const calendar = createBusinessCalendar('UTC');

export const KILLED_PLAN = compilePlan({
  catalogue: defaultCatalogue,
  schema: ORDER_SCHEMA,
  timeZone: 'UTC',
  currency: 'CNY',
});
export const KILLED_DAYS = ['2010-12-01', '2010-12-02', '2010-12-03'];

/** What job `n` reads of a day. */
export function figuresOfJob(day: string, n: number): DayFigures {
  const facts = sampleFacts({ calendar, day, count: 200, amount: n });
  return figuresOfFacts({ plan: KILLED_PLAN, calendar, day, facts, identity: true });
}

export const unitOfJob = (day: string, n: number): UnitRequest => ({
  job: `job ${n}`,
  day,
  dataset: 'files',
  inputs: `${n}`,
  metrics: null,
  lateEvents: 0,
});

export const changeOfJob = (n: number, state: string, day?: string): JobChange => {
  const unit = { state: 'done', cached: false, rows: 200, seconds: 0, attempts: 1, problem: null } as const;
  return {
    job: { id: `job ${n}`, document: JSON.stringify({ n, state }) },
    units: day === undefined ? [] : [{ ...unit, day }],
    log: [{ atMs: 0, actor: 'gmv', text: state, state: null }],
  };
};

/**
 * Runs one job after the other over the file at `path`, until it is killed: three days each, published, and every
 * second job undone. The document of a job says how far it came. Says each job once it is through.
 */
async function runUntilKilled(path: string): Promise<never> {
  const { jobs } = await openHistory({ path, plan: KILLED_PLAN, clock: Date.now });
  const before = await jobs.loadJobs({});
  for (let n = before.length + 1; ; n++) {
    for (const day of KILLED_DAYS) {
      const change = changeOfJob(n, 'running', day);
      await jobs.completeUnit({ unit: unitOfJob(day, n), fresh: figuresOfJob(day, n), change });
    }
    const job = `job ${n}`;
    const { fingerprint } = await jobs.compare({ job });
    await jobs.publishJob({ job, fingerprint, change: changeOfJob(n, 'published') });
    if (n % 2 === 0) await jobs.undoJob({ job, change: changeOfJob(n, 'undone') });
    process.stdout.write(`${n}\n`);
  }
}

const [, script = '', path] = process.argv;
if (path !== undefined && script.endsWith('jobs-until-killed.ts')) await runUntilKilled(path);
