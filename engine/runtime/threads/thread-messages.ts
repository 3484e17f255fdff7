import type { MessagePort } from 'node:worker_threads';
import type { BackfillSettings, DatasetSettings, KafkaSettings, LiveSettings } from '../../config.ts';
import type { Failure } from '../../errors.ts';
import type { Counts } from '../../events/counts.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import type { Epoch } from '../../figures/epoch.ts';
import type { PublishedDay } from '../../history/history.ts';
import type { KeptGenerations } from '../../history/retention.ts';
import type { ViewWant } from '../../hub/view-feed.ts';
import type { SampleTodayParts } from '../../jobs/sample-history.ts';
import type { Plan } from '../../plan/plan.ts';
import type { EncodedEpoch } from '../../protocol/encoded.ts';
import type { JobsNews } from '../../protocol/jobs-api.ts';
import type { ParityStatus } from '../../protocol/parity.ts';
import type { ReplayStatus, StreamStatus } from '../../protocol/status.ts';
import type { ViewSpec } from '../../protocol/view.ts';
import type { RateSchedule } from '../../sources/simulator/rate-schedule.ts';
import type { WantedFilter } from '../../store/filters/filters.ts';
import type { TableFormat, ViewTable } from '../../store/frames/view-table.ts';
import type { Answer, Call } from './calls.ts';

/** How late a thread's event loop was in the last second or so; ms. */
export interface LoopDelay {
  readonly meanMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What every thread says besides its own messages. */
export type AnyThreadMessage =
  | { readonly kind: 'loop-delay'; readonly delay: LoopDelay }
  /** The thread ends because of this. */
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Every thread can be asked to end. */
export interface StopMessage {
  readonly kind: 'stop';
}

// Main and data

export interface DataTask {
  readonly plan: Plan;
  readonly dataFolder: string;
  /** Generations of a day that are kept besides the published one. */
  readonly keep: KeptGenerations;
  readonly clockOffsetMs: number;
}

/** What the main thread asks of the data thread. */
export interface DataApi {
  published(ask: Record<string, never>): Promise<readonly PublishedDay[]>;
  /** Takes the view into use. */
  subscribe(ask: { readonly spec: ViewSpec }): Promise<string>;
  read(ask: { readonly wants: readonly ViewWant[] }): Promise<EncodedEpoch>;
  query(ask: { readonly spec: ViewSpec; readonly format: TableFormat }): Promise<ViewTable>;
}

export type ToDataThread =
  | StopMessage
  /** Someone who brings figures: the live thread's next run, or a replay. */
  | { readonly kind: 'connect-live'; readonly port: MessagePort; readonly runId: string }
  /** The run of a combination of filters. */
  | {
      readonly kind: 'connect-filter';
      readonly port: MessagePort;
      readonly runId: string;
      readonly filter: string;
    }
  | { readonly kind: 'connect-history'; readonly port: MessagePort }
  /** The jobs thread, which calls `JobsHistory`. */
  | { readonly kind: 'connect-jobs'; readonly port: MessagePort }
  /** The parity thread, which calls `CaptureFeed`. */
  | { readonly kind: 'connect-parity'; readonly port: MessagePort }
  /** Of `DataApi`. */
  | Call
  | { readonly kind: 'unsubscribe'; readonly view: string };

/** What an epoch says of the run, beside its figures. */
export interface LiveFacts {
  readonly counts: Counts;
  readonly replaying: boolean;
  readonly lagMs: number | null;
  /** Null where live follows no stream. */
  readonly stream: StreamStatus | null;
}

export type FromDataThread =
  | AnyThreadMessage
  | { readonly kind: 'ready' }
  /** Combinations of filters that someone looks at. */
  | { readonly kind: 'filters'; readonly wanted: readonly WantedFilter[] }
  | Answer
  /** `live` is null for a frame that a day published by a replay made. */
  | {
      readonly kind: 'epoch';
      readonly encoded: EncodedEpoch;
      readonly live: LiveFacts | null;
      readonly violations: Readonly<Record<string, number>>;
      /** Why a sealed day is not in history yet, for people. */
      readonly problem: string | null;
    };

// Live and data

export type LiveSource =
  | { readonly kind: 'simulator'; readonly schedule: RateSchedule; readonly today: SampleTodayParts }
  | {
      readonly kind: 'kafka';
      readonly kafka: KafkaSettings;
      readonly live: LiveSettings;
      /** Checkpoints, archive and dead letters lie in it. */
      readonly dataFolder: string;
      /** Of the board's currency. */
      readonly minorDigits: number;
    };

export interface LiveTask {
  readonly plan: Plan;
  readonly source: LiveSource;
  readonly runId: string;
  readonly clockOffsetMs: number;
  /** To the data thread. */
  readonly port: MessagePort;
}

export interface LiveToData {
  readonly kind: 'epoch';
  readonly epoch: Epoch;
  readonly stream: StreamStatus | null;
}

export type DataToLive =
  /** Answers each epoch: the live thread sends no more than a few ahead. */
  | { readonly kind: 'applied' }
  /** A sealed day is in history for good. */
  | { readonly kind: 'day-taken'; readonly day: string };

/** Said to the main thread. */
export type FromLiveThread =
  | AnyThreadMessage
  /** For the log. */
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn'; readonly message: string }
  /** Of a thread that the live thread has started. */
  | { readonly kind: 'loop-delay-of'; readonly thread: string; readonly delay: LoopDelay };

// History: main, and data

export interface HistoryTask {
  readonly plan: Plan;
  readonly dataFolder: string;
  readonly currency: string;
  readonly simulator: {
    readonly seed: number;
    readonly eventsPerSecond: number;
    readonly sampleEvents: number;
  };
  readonly clockOffsetMs: number;
  /** Days whose figures are there already. */
  readonly published: readonly string[];
  readonly threads: number;
  /** To the data thread. */
  readonly port: MessagePort;
}

export type FromHistoryThread =
  | AnyThreadMessage
  /** Live may start. */
  | { readonly kind: 'today'; readonly schedule: RateSchedule; readonly today: SampleTodayParts }
  | { readonly kind: 'progress'; readonly replay: ReplayStatus };

export interface HistoryToData {
  readonly kind: 'day';
  readonly figures: DayFigures;
}

/** Answers each day. */
export interface DataToHistory {
  readonly kind: 'day-taken';
  readonly day: string;
}

// Jobs: main, and data

export interface JobsTask {
  readonly plan: Plan;
  readonly dataFolder: string;
  /** Globs of datasets are relative to it. */
  readonly configFolder: string;
  readonly source: 'simulator' | 'kafka';
  readonly datasets: Readonly<Record<string, DatasetSettings>>;
  readonly backfill: BackfillSettings;
  /** Digits of the currency's minor unit (ISO 4217). */
  readonly currencyDigits: number;
  readonly clockOffsetMs: number;
  /** To the data thread. */
  readonly port: MessagePort;
}

/** How busy everything is that a backfill must not disturb, and what live knows of days. */
export interface JobsLoad {
  /** Null before live's first event. */
  readonly watermarkMs: number | null;
  readonly liveLagMs: number | null;
  /** Live reads what waited for it. */
  readonly behind: boolean;
  /** The worst of the main, live and data threads. */
  readonly loopDelayP99Ms: number;
  /** Sealed day → events that came too late for it; null while live has not said. */
  readonly lateByDay: Readonly<Record<string, number>> | null;
}

export type ToJobsThread =
  | StopMessage
  /** Of `JobsApi`. */
  | Call
  /** News are wanted of these, and of nothing else. */
  | { readonly kind: 'watch'; readonly list: boolean; readonly jobs: readonly string[] }
  | { readonly kind: 'load'; readonly load: JobsLoad };

export type FromJobsThread =
  | AnyThreadMessage
  | Answer
  | { readonly kind: 'news'; readonly news: JobsNews }
  /** For the log. */
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn'; readonly message: string };

// Parity: main, and data

export interface ParityTask {
  readonly plan: Plan;
  readonly dataFolder: string;
  readonly source: LiveSource;
  readonly clockOffsetMs: number;
  /** To the data thread. */
  readonly port: MessagePort;
}

export type ToParityThread =
  | StopMessage
  /** How far live is. */
  | { readonly kind: 'live'; readonly watermarkMs: number | null; readonly behind: boolean };

export type FromParityThread = AnyThreadMessage | { readonly kind: 'parity'; readonly status: ParityStatus };
