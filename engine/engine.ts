import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Access, openAccess } from './access/open-access.ts';
import { createBusinessCalendar } from './calendar/business-calendar.ts';
import type { Config } from './config.ts';
import { clearHeldFiles } from './datasets/hold-files.ts';
import type { DeadLetterBox } from './dead-letters/dead-letter-box.ts';
import { isBaseMetric } from './definitions/metric.ts';
import { GmvError } from './errors.ts';
import { ORDER_SCHEMA } from './events/order-schema.ts';
import { compilePlan } from './plan/compile-plan.ts';
import type { EncodedEpoch } from './protocol/encoded.ts';
import type { JobsNews } from './protocol/jobs-api.ts';
import type { BoardInfo, ReplayStatus, ServerStatus } from './protocol/status.ts';
import { liveFolders } from './runtime/live/live-folders.ts';
import { openDeadLetterBox } from './runtime/live/open-dead-letter-box.ts';
import { lockDataFolder } from './runtime/lock-data-folder.ts';
import type { DataClient } from './runtime/threads/data-client.ts';
import { type EngineThreadsOptions, startEngineThreads } from './runtime/threads/engine-threads.ts';
import type { JobsClient } from './runtime/threads/jobs-client.ts';
import { watchLoopDelay } from './runtime/threads/loop-delay.ts';
import { createStatusKeeper } from './runtime/threads/status-keeper.ts';
import type { JobsLoad, LoopDelay } from './runtime/threads/thread-messages.ts';
import { createShortPaths } from './short-paths.ts';

/** How often the status is put together anew beside the epochs, so that a silence is seen; ms. */
const STATUS_EVERY_MS = 1000;

export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface EngineOptions {
  readonly config: Config;
  /** Of the package, for the board. */
  readonly version: string;
  /** Epoch ms; the threads' clocks keep its distance to the system's. */
  readonly clock: { now(): number };
  readonly log: Log;
  /** The engine can't go on: the settings must change first, or another process has its folder. */
  readonly onFatal: (error: Error) => void;
}

/** What `/metrics` says of the engine. */
export interface EngineFacts {
  readonly status: ServerStatus;
  /** Per thread, of the last two seconds. */
  readonly loopDelays: ReadonlyMap<string, LoopDelay>;
  /** Violations of what must hold on every epoch, by name. */
  readonly violations: Readonly<Record<string, number>>;
}

/** Who hears of everything that the engine has to tell. */
export interface EngineListener {
  publish(epoch: EncodedEpoch): void;
  setStatus(status: ServerStatus): void;
  jobNews(news: JobsNews): void;
  jobsAgain(): void;
}

/** The running engine behind the sockets: threads, their state, and the data thread's answers. */
export interface Engine {
  readonly info: BoardInfo;
  readonly data: DataClient;
  readonly access: Access;
  readonly jobs: JobsClient;
  readonly deadLetters: DeadLetterBox;
  /** Names files in texts as viewers may read them. */
  readonly shortPaths: <T>(value: T) => T;
  /** From now on epochs, status and news of jobs go there. */
  publishTo(hub: EngineListener): void;
  status(): ServerStatus;
  /** Head of the last frame; null before the first. */
  head(): Omit<EncodedEpoch, 'views'> | null;
  facts(): EngineFacts;
  close(): Promise<void>;
}

/**
 * Locks the data folder and starts the threads: live first, then the days before, replayed by the same pipeline.
 *
 * @throws GmvError `data_folder_locked`, `data_folder` or `plan`.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { config, version, clock, log, onFatal } = options;
  const { catalogue, timeZone, currency, dataFolder, source } = config;
  const plan = compilePlan({ catalogue, schema: ORDER_SCHEMA, timeZone, currency });
  const calendar = createBusinessCalendar(timeZone);
  const unlock = await lockDataFolder({
    folder: dataFolder,
    owner: `http://${config.host}:${config.port}`,
    say: (message) => log.warn({}, message),
    onLost: onFatal,
  });
  await clearHeldFiles(liveFolders(dataFolder).held);
  const access = await openAccess({
    ...config.access,
    folder: join(dataFolder, 'access'),
    clock,
    random: randomBytes,
    onProblem: (message, error) => log.error({ err: error }, message),
  });
  const patterns = Object.values(config.datasets).flatMap(({ files }) => files);
  const shortPaths = createShortPaths({ configFolder: config.configFolder, dataFolder, patterns });
  const keeper = createStatusKeeper({ source, stopwatch: () => performance.now(), shortPaths });
  let head: Omit<EncodedEpoch, 'views'> | null = null;
  let replay: ReplayStatus | null = null;
  let violations: Readonly<Record<string, number>> = {};
  let closing = false;
  let hub: EngineListener | null = null;

  const tellStatus = (): void => hub?.setStatus(keeper.current());
  const noteReplay = (status: ReplayStatus): void => {
    if (status.state !== replay?.state)
      log.info({ ...status }, `replay of the ${status.label}: ${status.state}`);
    replay = status;
    keeper.replay(status);
    tellStatus();
  };

  const threads = startEngineThreads({
    plan,
    dataFolder,
    source:
      source === 'kafka' ? kafkaSource(config) : { kind: source, simulator: config.simulator, currency },
    jobs: { ...jobsSettings(config), currencyDigits: minorDigitsOf(currency) },
    clockOffsetMs: Math.round(clock.now() - Date.now()),
    replayThreads: Math.max(1, Math.min(4, availableParallelism() - 2)),
    // Published by a replay before the day was over for good: events may have come after.
    isCovered: ({ day, origin, planFingerprint, publishedAtMs }) =>
      planFingerprint === plan.fingerprint &&
      (origin === 'live' || publishedAtMs >= calendar.dayOfLabel(day).endMs + plan.limits.allowedLatenessMs),
    onEpoch(message) {
      const { views: _, ...rest } = message.encoded;
      head = rest;
      violations = message.violations;
      keeper.epoch({ ...rest, live: message.live });
      keeper.trouble(message.problem);
      if (message.live) keeper.problem(null);
      hub?.publish(message.encoded);
      tellStatus();
    },
    onReplay: noteReplay,
    onParity(status) {
      keeper.parity(status);
      tellStatus();
    },
    onJobsNews: (news) => hub?.jobNews(news),
    onJobsStarted: () => hub?.jobsAgain(),
    onLoopDelay: keeper.loopDelay,
    onNotice: (level, message) => log[level]({ thread: 'live' }, message),
    onRestart(thread, error, inARow) {
      if (closing) return;
      log.error({ thread, inARow, stack: error.stack }, error.message);
      keeper.restarted();
      const lasting = error instanceof GmvError && !error.retriable;
      if (lasting && head === null) return onFatal(error);
      if (thread === 'history-thread' && replay)
        noteReplay({ ...replay, state: 'failed', error: error.message });
      else if (inARow > 1) keeper.problem(error.message);
      tellStatus();
    },
  });
  const unwatch = watchLoopDelay((delay) => keeper.loopDelay('main', delay));
  const ticking = setInterval(() => {
    tellStatus();
    threads.tellLoad(loadOf(keeper.current(), head?.watermarkMs ?? null));
  }, STATUS_EVERY_MS);

  return {
    info: {
      timeZone,
      currency,
      minorDigits: minorDigitsOf(currency),
      metrics: plan.metrics.map((metric) => {
        const { name, title, unit } = metric;
        return { name, title, unit, base: isBaseMetric(metric) };
      }),
      dimensions: plan.dimensions
        .filter((each) => 'column' in each && plan.rollups.some(({ by }) => by === each.name))
        .map(({ name, title }) => ({ name, title })),
      planFingerprint: plan.fingerprint,
      version,
    },
    data: threads.data,
    access,
    jobs: threads.jobs,
    deadLetters: openDeadLetterBox(dataFolder).box,
    shortPaths,
    publishTo(to) {
      hub = to;
      tellStatus();
    },
    status: keeper.current,
    head: () => head,
    facts: () => ({ status: keeper.current(), loopDelays: keeper.loopDelays(), violations }),
    async close() {
      closing = true;
      clearInterval(ticking);
      unwatch();
      await threads.stop();
      await access.close();
      await unlock();
    },
  };
}

/** Threads that a backfill must not hold up. */
const UNDISTURBED: ReadonlySet<string> = new Set(['main', 'live', 'data', 'intake']);

function loadOf({ source, live, stream, threads }: ServerStatus, watermarkMs: number | null): JobsLoad {
  const delays = threads.flatMap(({ name, p99Ms }) => (UNDISTURBED.has(name) ? [p99Ms] : []));
  return {
    watermarkMs,
    // Without a stream nothing waits to be read: what trails the clock are events that have not happened.
    liveLagMs: stream?.lagMs ?? null,
    behind: live === 'catching_up',
    loopDelayP99Ms: Math.max(0, ...delays),
    lateByDay:
      stream || source !== 'kafka'
        ? Object.fromEntries(stream?.lateDays.map(({ day, events }) => [day, events]) ?? [])
        : null,
  };
}

const jobsSettings = ({ configFolder, datasets, backfill }: Config) => ({ configFolder, datasets, backfill });

function kafkaSource({ kafka, live, dataFolder, currency }: Config): EngineThreadsOptions['source'] {
  return {
    kind: 'kafka',
    kafka,
    live,
    dataFolder,
    minorDigits: minorDigitsOf(currency),
  };
}

/** ISO 4217 digits, as the runtime's ICU knows them. */
function minorDigitsOf(currency: string): number {
  const { maximumFractionDigits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  return maximumFractionDigits ?? 2;
}
