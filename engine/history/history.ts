import type { Counts } from '../events/counts.ts';
import type { DayFigures, Key } from '../figures/day-figures.ts';
import type { JobsHistory } from './jobs-history.ts';

/** Who made a generation: the live run when it sealed the day, or a replay. */
export type Origin = 'live' | 'replay';

/** The published generation of one business day. */
export interface PublishedDay {
  /** `2010-12-01` */
  readonly day: string;
  readonly generation: number;
  readonly origin: Origin;
  readonly publishedAtMs: number;
  readonly planFingerprint: string;
  /** It replaced other figures through an approved backfill. */
  readonly restated: boolean;
  /** What became of the day's rows. */
  readonly counts: Counts;
}

/** Additive and distinct day totals of every key of one rollup; metrics that were not computed are absent. */
export interface KeyTotals {
  readonly keys: readonly Key[];
  /** Metric → value per key: minor units or counts. */
  readonly additive: ReadonlyMap<string, Float64Array>;
  readonly distinct: ReadonlyMap<string, Float64Array>;
}

/** One key of one rollup over its day; metrics that were not computed are absent. */
export interface KeySeries {
  /** Metric → value per slot of the rollup's slice. */
  readonly additive: ReadonlyMap<string, Float64Array>;
  /** Distinct metric → count per hour slot. */
  readonly hourly: ReadonlyMap<string, Float64Array>;
  /** Distinct metric → new ids per minute, for the single key of a cumulative rollup. */
  readonly newIdsByMinute: ReadonlyMap<string, Float64Array>;
}

/** Who one key counted: 64-bit hashes sorted by (hi, lo), each once. */
export interface KeyIdentity {
  readonly key: Key;
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
}

export interface FiguresRequest {
  /** Names of the rollups to rebuild. */
  readonly rollups: readonly string[];
  /** Also rebuild who was counted; default false. */
  readonly identity?: boolean;
}

export interface SeriesRequest {
  readonly generation: number;
  readonly rollup: string;
  readonly key: Key;
  /** Slots of the day at the rollup's slice, and hours: 1,440 and 24 on a day without a change of clocks. */
  readonly slots: number;
  readonly hours: number;
}

/**
 * Published days in one DuckDB file, as immutable generations behind one pointer per day. One thread owns
 * the file; its neighbours are the store, which reads it for views, and whoever replays a day.
 */
export interface History {
  /**
   * Appends a generation and moves the day's pointer to it, in one transaction: after a crash at any instant
   * the file holds the old or the new figures, whole. Publications run one after another.
   */
  publish(figures: DayFigures, origin: Origin): Promise<number>;
  /** By day, ascending. */
  publishedDays(): PublishedDay[];
  /** The published generation of a day; null where there is none. */
  publishedDay(day: string): PublishedDay | null;
  /** Rebuilds what was published; null where the day has none. Rollups that it does not hold are absent. */
  figuresOf(day: string, request: FiguresRequest): Promise<DayFigures | null>;
  /** The same of any generation; null where it is not kept. */
  figuresOfGeneration(generation: number, request: FiguresRequest): Promise<DayFigures | null>;
  /** Day totals per key of one generation; null where the generation does not hold the rollup. */
  totalsOf(generation: number, rollup: string): Promise<KeyTotals | null>;
  /** One key's day; null where the generation does not hold the rollup. A key without cells is all zeros. */
  seriesOf(request: SeriesRequest): Promise<KeySeries | null>;
  /**
   * Sets behind a distinct metric, of all keys or of one; null where the generation keeps no identity of it.
   */
  identityOf(request: {
    readonly generation: number;
    readonly rollup: string;
    readonly metric: string;
    readonly key?: Key;
  }): Promise<KeyIdentity[] | null>;
  /**
   * Moves the pointer back to the generation that the published one replaced, and gives it.
   *
   * @throws GmvError `nothing_to_undo` where the day has none.
   */
  undo(day: string): Promise<number>;
  /** What backfills ask of the same file. */
  readonly jobs: JobsHistory;
  close(): Promise<void>;
}
