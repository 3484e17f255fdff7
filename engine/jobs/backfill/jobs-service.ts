import { setTimeout as sleep } from 'node:timers/promises';
import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { BackfillSettings } from '../../config.ts';
import type { Datasets } from '../../datasets/dataset.ts';
import type { JobsHistory } from '../../history/jobs-history.ts';
import type { Plan } from '../../plan/plan.ts';
import type { JobsApi, JobsNews } from '../../protocol/jobs-api.ts';
import type { UnitPool } from '../../runtime/replay/unit-pool.ts';
import { actOnJob } from './act-on-job.ts';
import { answerCoverage } from './answer-coverage.ts';
import { createComparisons } from './comparisons.ts';
import { compareJob } from './decide-job.ts';
import { type Estimated, estimateDraft } from './estimate.ts';
import { createGovernor, type LoadFacts } from './governor.ts';
import { summaryOf } from './job.ts';
import { createJobBook } from './job-book.ts';
import type { JobContext } from './job-context.ts';
import { createJobNews, type JobNews, type WatchedJobs } from './job-news.ts';
import { jobsToForget } from './jobs-to-forget.ts';
import { loadJobs } from './load-jobs.ts';
import { nightWindow } from './night-window.ts';
import { createScheduler } from './scheduler.ts';
import { createSlots } from './slots.ts';
import { createSubmissions } from './submissions.ts';

export interface JobsServiceOptions {
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  /** Epoch ms. */
  readonly clock: { now(): number };
  readonly datasets: Datasets;
  readonly history: JobsHistory;
  /** With at least as many threads as jobs share. */
  readonly pool: Pick<UnitPool, 'run'>;
  readonly settings: BackfillSettings;
  /** Threads that all jobs share; `settings.threads` where that is set. */
  readonly threads: number;
  /** Makes ids of jobs: short, and no two alike. */
  readonly randomId: () => string;
  readonly onError: (message: string, error: unknown) => void;
}

/** Everything about backfills, for the thread of jobs. */
export interface JobsService extends JobsApi {
  /** Tells what changes about these from now on, a few times a second, and about nothing else. */
  watch(wanted: WatchedJobs, onNews: (news: JobsNews) => void): void;
  /** Takes how live and the machine are; called about once a second, else backfills stand still after a while. */
  load(facts: LoadFacts): void;
  /** Stops what runs; jobs go on where they were when they are opened anew. */
  close(): Promise<void>;
}

const TELL_EVERY_MS = 250;
const LIVE_SAYS_MS = 3000;

/**
 * Opens the jobs that history has and goes on with them.
 *
 * @throws GmvError of history.
 */
export async function createJobsService(options: JobsServiceOptions): Promise<JobsService> {
  const { plan, calendar, clock, datasets, history, pool, settings, onError } = options;
  const now = (): number => Math.round(clock.now());
  const threads = settings.threads ?? options.threads;
  let facts: Pick<LoadFacts, 'watermarkMs' | 'lateByDay'> = { watermarkMs: null, lateByDay: null };
  const lateByDay = () => facts.lateByDay ?? {};
  /** What live knows of days, which after a start it soon says, unless it fails. */
  const liveKnows = async (): Promise<typeof facts> => {
    for (const untilMs = performance.now() + LIVE_SAYS_MS; performance.now() < untilMs; ) {
      if (facts.lateByDay !== null) break;
      await sleep(50);
    }
    return facts;
  };

  let news: JobNews | null = null;
  const newsOf = (): JobNews => {
    news ??= createJobNews({
      now,
      summaries: () => book.summaries(),
      job: (id) => book.jobs.get(id),
      firstSeq: now(),
    });
    return news;
  };
  const book = createJobBook({ history, now, news: newsOf });
  const slots = createSlots(threads);
  const context: JobContext = {
    ...{ plan, calendar, now, datasets, history, book, news: newsOf(), pool, slots, threads, lateByDay },
  };
  const clockText = new Intl.DateTimeFormat('en-GB', {
    timeZone: plan.timeZone,
    hour: '2-digit',
    minute: '2-digit',
  });
  const governor = createGovernor({
    tonight: (nowMs) => nightWindow(settings.tonight, calendar, nowMs),
    timeText: (timeMs) => clockText.format(timeMs),
  });
  const comparisons = createComparisons({ history });
  const scheduler = createScheduler({
    ...{ context, governor, onError },
    onDrained: (job) => compareJob({ job, context }, comparisons),
  });

  const estimate = async (draft: Parameters<JobsApi['estimate']>[0]['draft']): Promise<Estimated> => {
    const { watermarkMs } = await liveKnows();
    const look = await datasets.get(draft.dataset).look();
    return estimateDraft({
      ...{ draft, look, plan, calendar, history, settings, threads },
      ...{ nowMs: now(), watermarkMs, lateByDay: lateByDay() },
      jobs: [...book.jobs.values()].map(({ kept, units }) => ({ kept, days: new Set(units.keys()) })),
    });
  };
  const submissions = createSubmissions({ context, estimate, randomId: options.randomId });

  const forgetOld = (): void => {
    const keep = { count: settings.keepJobs, days: settings.keepJobsDays };
    const old = jobsToForget({ jobs: book.jobs.values(), keep, nowMs: now() });
    book.forget(old).catch((error: unknown) => onError('Old jobs could not be forgotten', error));
  };

  await loadJobs(context);
  forgetOld();
  scheduler.pump();
  const timer = setInterval(() => {
    // Also where nobody tells of live any more: that is a reason to stand still.
    scheduler.govern();
    newsOf().tell();
  }, TELL_EVERY_MS);
  timer.unref();

  return {
    datasets: async () => Promise.all(datasets.all.map(async (dataset) => (await dataset.look()).summary)),
    preview: ({ dataset }) => datasets.get(dataset).preview(),
    coverage: async (ask) => answerCoverage(ask, { ...context, ...(await liveKnows()) }),
    estimate: ({ draft }) => submissions.estimate(draft),
    async submit(ask) {
      const job = await submissions.submit(ask);
      forgetOld();
      scheduler.pump();
      return summaryOf(job, now());
    },
    jobs: async () => book.summaries(),
    job: async ({ id }) => newsOf().whole(book.get(id)),
    async act(ask) {
      const job = book.get(ask.id);
      await actOnJob({ ...ask, job, context, scheduler, comparisons });
      scheduler.pump();
      return summaryOf(job, now());
    },
    comparison: async ({ id }) => comparisons.of(book.get(id)),
    compareDay: async ({ id, day, metric }) => {
      book.get(id);
      return history.compareDay({ job: id, day, metric });
    },
    watch: (wanted, onNews) => newsOf().watch(wanted, onNews),
    load(load) {
      facts = { ...load, lateByDay: load.lateByDay ?? facts.lateByDay };
      governor.observe(load, now());
      scheduler.govern();
      scheduler.pump();
    },
    async close() {
      clearInterval(timer);
      await scheduler.close();
    },
  };
}
