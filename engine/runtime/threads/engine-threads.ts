import { randomUUID } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import type { PublishedDay } from '../../history/history.ts';
import type { Plan } from '../../plan/plan.ts';
import type { JobsNews } from '../../protocol/jobs-api.ts';
import type { ParityStatus } from '../../protocol/parity.ts';
import { createDataClient, type DataClient } from './data-client.ts';
import { createFilterThreads } from './filter-threads.ts';
import { createGate } from './gate.ts';
import { createJobsClient, type JobsClient } from './jobs-client.ts';
import { type KeptThread, keepThread } from './keep-thread.ts';
import { startThread, type Thread } from './start-thread.ts';
import type {
  DataTask,
  FromDataThread,
  FromHistoryThread,
  FromJobsThread,
  FromLiveThread,
  FromParityThread,
  HistoryTask,
  JobsLoad,
  JobsTask,
  LiveSource,
  LiveTask,
  LoopDelay,
  ParityTask,
  StopMessage,
  ToDataThread,
  ToJobsThread,
  ToParityThread,
} from './thread-messages.ts';

/** Threads have this long to end in order; ms. */
const STOP_WITHIN_MS = 1750;
/** Those with DuckDB have longer, for slow machines: ended by force while it is at work they take the process along. */
const STOP_DUCKDB_WITHIN_MS = 60_000;

export interface EngineThreadsOptions {
  readonly plan: Plan;
  readonly dataFolder: string;
  readonly source:
    | { readonly kind: 'simulator'; readonly simulator: HistoryTask['simulator']; readonly currency: string }
    | Extract<LiveSource, { kind: 'kafka' }>;
  readonly jobs: Pick<JobsTask, 'configFolder' | 'datasets' | 'backfill' | 'currencyDigits'>;
  readonly clockOffsetMs: number;
  /** Threads that replay history. */
  readonly replayThreads: number;
  /** Whether a published day needs no replay. */
  readonly isCovered: (day: PublishedDay) => boolean;
  readonly onEpoch: (message: Extract<FromDataThread, { kind: 'epoch' }>) => void;
  readonly onReplay: (status: Extract<FromHistoryThread, { kind: 'progress' }>['replay']) => void;
  readonly onParity: (status: ParityStatus) => void;
  readonly onJobsNews: (news: JobsNews) => void;
  /** The jobs thread is there (again). */
  readonly onJobsStarted: () => void;
  readonly onLoopDelay: (thread: string, delay: LoopDelay) => void;
  readonly onRestart: (thread: string, error: Error, inARow: number) => void;
  /** For the log. */
  readonly onNotice: (level: 'info' | 'warn', message: string) => void;
}

/** The threads behind the main one; each is started again when it fails. */
export interface EngineThreads {
  readonly data: DataClient;
  readonly jobs: JobsClient;
  /** Tells who works beside live how it is. */
  tellLoad(load: JobsLoad): void;
  stop(): Promise<void>;
}

/**
 * Starts the data thread, then live; with the simulator history first, which says what today is made of. The data
 * thread's restart means the others' too: live begins a new run, whose first epoch rebuilds what the store held.
 */
export function startEngineThreads(options: EngineThreadsOptions): EngineThreads {
  const { plan, dataFolder, source, clockOffsetMs, onEpoch, onReplay, onLoopDelay, onRestart } = options;
  const client = createDataClient();
  const jobsClient = createJobsClient();
  const dataReady = createGate<true>();
  const sourceKnown = createGate<LiveSource>();
  if (source.kind === 'kafka') sourceKnown.open(source);
  const delayOf = (thread: string) => (delay: LoopDelay) => onLoopDelay(thread, delay);

  const filters = createFilterThreads({
    data: client,
    dataReady,
    sourceKnown,
    clockOffsetMs,
    onRestart,
    onNotice: options.onNotice,
  });

  const live: KeptThread = keepThread({
    name: 'live-thread',
    onRestart,
    async start(running, signal) {
      await dataReady.wait(signal);
      const from = await sourceKnown.wait(signal);
      await dataReady.wait(signal);
      const runId = randomUUID().slice(0, 8);
      const { port1, port2 } = new MessageChannel();
      client.connect({ kind: 'connect-live', port: port1, runId });
      const task: LiveTask = { plan, source: from, runId, clockOffsetMs, port: port2 };
      running(
        startThread<StopMessage, FromLiveThread>({
          name: 'live-thread',
          task,
          transfer: [port2],
          onMessage(message) {
            if (message.kind === 'notice') options.onNotice(message.level, message.message);
            else if (message.kind === 'loop-delay-of') onLoopDelay(message.thread, message.delay);
          },
          onLoopDelay: delayOf('live'),
        }),
      );
    },
  });

  const startHistory = (simulated: Extract<typeof source, { kind: 'simulator' }>): KeptThread =>
    keepThread({
      name: 'history-thread',
      onRestart,
      async start(running, signal) {
        await dataReady.wait(signal);
        const days = await client.publishedDays();
        const { port1, port2 } = new MessageChannel();
        client.connect({ kind: 'connect-history', port: port1 });
        const task: HistoryTask = {
          plan,
          dataFolder,
          currency: simulated.currency,
          simulator: simulated.simulator,
          clockOffsetMs,
          published: days.filter(options.isCovered).map(({ day }) => day),
          threads: options.replayThreads,
          port: port2,
        };
        running(
          startThread<StopMessage, FromHistoryThread>({
            name: 'history-thread',
            task,
            transfer: [port2],
            onMessage(message) {
              if (message.kind === 'today') sourceKnown.open({ ...message, kind: 'simulator' });
              else if (message.kind === 'progress') onReplay(message.replay);
            },
            onLoopDelay: delayOf('history'),
          }),
        );
      },
    });

  // Kafka brings its own past.
  const history = source.kind === 'simulator' ? startHistory(source) : null;

  const jobs: KeptThread = keepThread({
    name: 'jobs-thread',
    onRestart,
    async start(running, signal) {
      await dataReady.wait(signal);
      const { port1, port2 } = new MessageChannel();
      client.connect({ kind: 'connect-jobs', port: port1 });
      const task: JobsTask = {
        ...options.jobs,
        plan,
        dataFolder,
        source: source.kind,
        clockOffsetMs,
        port: port2,
      };
      const thread = startThread<ToJobsThread, FromJobsThread>({
        name: 'jobs-thread',
        task,
        transfer: [port2],
        onMessage(message) {
          if (message.kind === 'news') options.onJobsNews(message.news);
          else if (message.kind === 'notice') options.onNotice(message.level, message.message);
          else jobsClient.take(message);
        },
        onLoopDelay: delayOf('jobs'),
      });
      running(thread);
      jobsClient.attach(thread);
      options.onJobsStarted();
    },
    onEnded: () => jobsClient.attach(null),
  });

  let parityThread: Thread<ToParityThread> | null = null;
  const parity: KeptThread = keepThread({
    name: 'parity-thread',
    onRestart,
    async start(running, signal) {
      await dataReady.wait(signal);
      const from = await sourceKnown.wait(signal);
      await dataReady.wait(signal);
      const { port1, port2 } = new MessageChannel();
      client.connect({ kind: 'connect-parity', port: port1 });
      const task: ParityTask = { plan, dataFolder, source: from, clockOffsetMs, port: port2 };
      const thread = startThread<ToParityThread, FromParityThread>({
        name: 'parity-thread',
        task,
        transfer: [port2],
        onMessage(message) {
          if (message.kind === 'parity') options.onParity(message.status);
        },
      });
      running(thread);
      parityThread = thread;
    },
    onEnded() {
      parityThread = null;
    },
  });

  const data: KeptThread = keepThread({
    name: 'data-thread',
    onRestart,
    async start(running) {
      const { keepGenerations: count, keepGenerationsDays: days } = options.jobs.backfill;
      const task: DataTask = { plan, dataFolder, keep: { count, days }, clockOffsetMs };
      let ready = (): void => undefined;
      const isReady = new Promise<void>((done) => {
        ready = done;
      });
      const thread = startThread<ToDataThread, FromDataThread>({
        name: 'data-thread',
        task,
        onMessage(message) {
          if (message.kind === 'ready') ready();
          else if (message.kind === 'epoch') onEpoch(message);
          else if (message.kind === 'filters') filters.want(message.wanted);
          else client.take(message);
        },
        onLoopDelay: delayOf('data'),
      });
      running(thread);
      const gone = thread.ended.then((error) =>
        Promise.reject(error ?? new Error('it ended before it was ready')),
      );
      await Promise.race([isReady, gone]);
      await client.attach(thread);
      dataReady.open(true);
    },
    onEnded() {
      dataReady.shut();
      void client.attach(null);
      void live.restart();
      void history?.restart();
      void jobs.restart();
      void parity.restart();
      // Views that are held ask for theirs again.
      filters.want([]);
    },
  });

  return {
    data: client,
    jobs: jobsClient,
    tellLoad(load) {
      jobsClient.load(load);
      const { watermarkMs, behind } = load;
      parityThread?.post({ kind: 'live', watermarkMs, behind });
    },
    async stop() {
      const others = [live, history, parity, filters].map((threads) => threads?.stop(STOP_WITHIN_MS));
      await Promise.all([jobs.stop(STOP_DUCKDB_WITHIN_MS), ...others]);
      await data.stop(STOP_DUCKDB_WITHIN_MS);
    },
  };
}
