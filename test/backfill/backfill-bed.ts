import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBusinessCalendar } from '../../engine/calendar/business-calendar.ts';
import type { BackfillSettings } from '../../engine/config.ts';
import type { Datasets } from '../../engine/datasets/dataset.ts';
import { openDatasets } from '../../engine/datasets/open-datasets.ts';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../../engine/events/order-schema.ts';
import type { DayFigures } from '../../engine/figures/day-figures.ts';
import type { History } from '../../engine/history/history.ts';
import { historyPaths } from '../../engine/history/history-paths.ts';
import { openHistory } from '../../engine/history/open-history.ts';
import type { LoadFacts } from '../../engine/jobs/backfill/governor.ts';
import { createJobsService, type JobsService } from '../../engine/jobs/backfill/jobs-service.ts';
import { compilePlan } from '../../engine/plan/compile-plan.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import type { JobDraft, JobState, JobSummary } from '../../engine/protocol/jobs.ts';
import { replayFiles } from '../../engine/runtime/replay/replay-files.ts';
import { replayTask } from '../../engine/runtime/replay/replay-task.ts';
import type { UnitPool } from '../../engine/runtime/replay/unit-pool.ts';
import { namedFigures, namedIdentity } from '../named-figures.ts';

export const CALM: LoadFacts = {
  watermarkMs: null,
  liveLagMs: 100,
  behind: false,
  loopDelayP99Ms: 5,
  lateByDay: {},
  cpuIdle: 0.9,
};

export const planOf = (timeZone: string, catalogue = defaultCatalogue): Plan =>
  compilePlan({ catalogue, schema: ORDER_SCHEMA, timeZone, currency: 'USD' });

export type BedPool = Pick<UnitPool, 'run'>;

const IN_THIS_THREAD: BedPool = { run: (task) => replayTask(task) };

export interface BackfillBedOptions {
  readonly timeZone?: string;
  readonly plan?: Plan;
  /** Default: replays in the calling thread. */
  readonly pool?: BedPool;
  readonly settings?: Partial<BackfillSettings>;
  /** How far its clock is ahead of the system's. */
  readonly aheadMs?: number;
  /** What jobs get instead of the history that is open. */
  readonly around?: (history: History) => History['jobs'];
  readonly onError?: (message: string, error: unknown) => void;
}

/** A folder with a dataset `old`, a history and the service of jobs over them, as the thread of jobs has it. */
export interface BackfillBed {
  /** Where `old` looks for files. */
  readonly files: string;
  readonly plan: Plan;
  readonly history: History;
  /** Where history takes days from that threads put into files. */
  readonly staging: string;
  readonly jobs: JobsService;
  /** Rows that were read by replays so far. */
  rowsRead(): number;
  draft(from: string, to: string, more?: Partial<JobDraft>): JobDraft;
  /** Estimates and submits. */
  submit(draft: JobDraft): Promise<JobSummary>;
  until(id: string, ...states: JobState[]): Promise<JobSummary>;
  run(draft: JobDraft): Promise<JobSummary>;
  approve(id: string): Promise<JobSummary>;
  /** All figures that are published, who was counted included, by name. */
  published(): Promise<object>;
  /** What they must be: the files' days, replayed at once. */
  replayed(days: { from: string; to: string }): Promise<object>;
  /** Another service over the same files, as after a crash: what the one before does from now on reaches nothing. */
  restart(more?: Partial<BackfillBedOptions>): Promise<void>;
  close(): Promise<void>;
}

export async function openBackfillBed(given: BackfillBedOptions = {}): Promise<BackfillBed> {
  let options = given;
  const folder = mkdtempSync(join(tmpdir(), 'gmv-backfill-'));
  const files = join(folder, 'files');
  const clock = { now: () => Date.now() + (options.aheadMs ?? 0) };
  let plan = given.plan ?? planOf(given.timeZone ?? 'America/New_York');
  const calendar = createBusinessCalendar(plan.timeZone);
  let rows = 0;
  const countRows = (pool: BedPool): BedPool => ({
    run: (task) =>
      pool.run({
        ...task,
        onRows: (read) => {
          rows += read;
          task.onRows?.(read);
        },
      }),
  });
  let history: History;
  let datasets: Datasets;
  let jobs: JobsService;
  let connected = { is: true };
  let lastId = 0;
  let beat: NodeJS.Timeout;

  const open = async (): Promise<void> => {
    plan = options.plan ?? plan;
    history = await openHistory({ path: historyPaths(folder).file, plan, clock: clock.now });
    datasets = await openDatasets({
      ...{ plan, calendar, clock, configFolder: folder, dataFolder: join(folder, 'data') },
      settings: { old: { files: 'files/*.parquet' } },
      currencyDigits: 2,
      source: 'simulator',
      newestArchivePart: async () => null,
    });
    connected = { is: true };
    jobs = await createJobsService({
      ...{ plan, calendar, clock, datasets, threads: 2 },
      history: cutOff(options.around?.(history) ?? history.jobs, connected),
      pool: countRows(options.pool ?? IN_THIS_THREAD),
      settings: {
        threads: 2,
        tonight: { from: '01:00', to: '06:00' },
        keepGenerations: 3,
        keepGenerationsDays: 30,
        keepJobs: 500,
        keepJobsDays: 365,
        ...options.settings,
      },
      randomId: () => `job-${++lastId}`,
      onError: options.onError ?? (() => undefined),
    });
    const service = jobs;
    beat = setInterval(() => service.load(CALM), 100);
  };
  await open();

  const bed: BackfillBed = {
    files,
    get plan() {
      return plan;
    },
    staging: historyPaths(folder).staging,
    get history() {
      return history;
    },
    get jobs() {
      return jobs;
    },
    rowsRead: () => rows,
    draft: (from, to, more = {}) => ({
      dataset: 'old',
      spans: [{ from, to }],
      metrics: null,
      when: 'now',
      parallelism: 2,
      approval: { kind: 'manual' },
      ...more,
    }),
    async submit(draft) {
      const { fingerprint } = await jobs.estimate({ draft });
      return jobs.submit({ draft, estimate: fingerprint, actor: 'operator' });
    },
    async until(id, ...states) {
      for (;;) {
        const { summary } = await jobs.job({ id });
        if (states.includes(summary.state)) return summary;
        if (summary.state === 'failed') throw new Error(`${id} failed: ${summary.problem}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async run(draft) {
      const { id } = await bed.submit(draft);
      return bed.until(id, 'awaiting_approval', 'published');
    },
    async approve(id) {
      const { fingerprint: expect } = await jobs.comparison({ id });
      return jobs.act({ id, action: 'approve', expect, actor: 'operator' });
    },
    async published() {
      const rollups = plan.rollups.map(({ name }) => name);
      const days: DayFigures[] = [];
      for (const { day } of history.publishedDays()) {
        const figures = await history.figuresOf(day, { rollups, identity: true });
        if (figures) days.push(figures);
      }
      return allOf(days);
    },
    async replayed({ from, to }) {
      const days: DayFigures[] = [];
      const look = await datasets.get('old').look();
      await replayFiles({
        plan,
        files: look.files.map(({ path }) => path),
        threads: 1,
        days: { from: calendar.dayOfLabel(from).index, to: calendar.dayOfLabel(to).index },
        onDay: (figures) => void days.push(figures),
      });
      return allOf(days);
    },
    async restart(more = {}) {
      clearInterval(beat);
      connected.is = false;
      await jobs.close();
      await datasets.close();
      await history.close();
      options = { ...options, ...more };
      await open();
    },
    async close() {
      clearInterval(beat);
      await jobs.close();
      await datasets.close();
      await history.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return bed;
}

const allOf = (days: readonly DayFigures[]): object => ({
  figures: namedFigures(days),
  identity: namedIdentity(days),
  counts: Object.fromEntries(days.map(({ day, counts }) => [day, counts]).sort()),
});

/** From a crash on nothing reaches history, and nobody gets an answer. */
function cutOff(jobs: History['jobs'], connected: { readonly is: boolean }): History['jobs'] {
  return new Proxy(jobs, {
    get(target, name) {
      const call: unknown = Reflect.get(target, name);
      if (typeof call !== 'function') return call;
      return (ask: unknown): unknown =>
        connected.is ? Reflect.apply(call, target, [ask]) : Promise.reject(new Error('the process is gone'));
    },
  });
}
