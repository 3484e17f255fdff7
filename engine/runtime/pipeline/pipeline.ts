import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { Counts } from '../../events/counts.ts';
import type { Dictionaries } from '../../events/dictionary.ts';
import type { RowFates } from '../../events/disposition.ts';
import type { EventBatch } from '../../events/event-batch.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import type { PartitionState } from '../../operators/watermark.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Loan } from '../../state/loan.ts';
import type { PipelineSnapshot } from './pipeline-snapshot.ts';

/** Conflicting event ids of one day and the payload that is right for each; made by one pass, used by the next. */
export type ConflictWinners = ReadonlyMap<string, { readonly eventTimeMs: number; readonly payload: string }>;

export interface PipelineOptions {
  readonly plan: Plan;
  readonly dictionaries: Dictionaries;
  readonly calendar: BusinessCalendar;
  /**
   * `live`: watermarks seal days, and events of sealed days are late.
   * `bounded`: nothing is late; the caller finishes days.
   */
  readonly mode: 'live' | 'bounded';
  /** Bounded only: business-day indexes (inclusive) to keep; events of other days are passed over uncounted. */
  readonly days?: { readonly from: number; readonly to: number };
  /** Bounded only: of these days the ones to keep, where it is not all. */
  readonly only?: ReadonlySet<number>;
  /**
   * Live only: the first business-day index that live owns. Days before it belong to history already: their
   * events are late, exactly as if live had sealed them. Absent: no day is sealed at the start.
   */
  readonly firstDay?: number;
  /** Bounded only, a second pass over one day: which payload of each conflicting id to apply. */
  readonly winners?: ConflictWinners;
  /** Goes on from here, with the same options, and takes its arrays over; `dictionaries` must be empty, and are filled. */
  readonly from?: PipelineSnapshot;
}

export interface ProcessOptions {
  readonly partition: string;
  /**
   * False where another unit reads the same rows and counts those whose event time is null or out of
   * range, which belong to no day. Default true.
   */
  readonly ownsUndated?: boolean;
}

export interface LateDay {
  /** `2010-12-01` */
  readonly day: string;
  readonly events: number;
}

/** Operators wired by a plan, with their state per business day. Synchronous; owned by one thread. */
export interface Pipeline {
  /**
   * Takes every row of the batch; copies what it keeps. Where rows come from records it says what became of each;
   * otherwise null.
   */
  process(batch: EventBatch, options: ProcessOptions): RowFates | null;
  /** Live: all partitions there are. One without events holds the watermark up unless it is idle. */
  setPartitions(partitions: Iterable<PartitionState>): void;
  /** Totals since the pipeline started; `rows = applied + duplicates + conflicts + late + rejected`. */
  counts(): Counts;
  /** Lowest watermark over partitions (max event time − out-of-orderness); null before the first event. */
  watermarkMs(): number | null;
  /** Latest event time applied; null before the first event. */
  dataToMs(): number | null;
  /** Live: cells that changed since the last call, as absolute values, by day that was not taken as sealed, oldest first. */
  takeChanges(): DayFigures[];
  /** Live: the watermark has passed, by the allowed lateness, the end of an open day that is not sealed. */
  sealDue(): boolean;
  /** Live: from now on every event of such a day is late. */
  seal(): void;
  /** Live: index of the last sealed business day; null where none is. */
  sealedThrough(): number | null;
  /** Live: complete figures of the days sealed since the last call. They are held, and in snapshots, until dropped. */
  takeSealed(): DayFigures[];
  /** Live: someone else keeps this sealed day, which was taken, for good. */
  dropSealed(day: string): void;
  /** Live: sealed days that events came too late for, and how many; ascending. */
  lateDays(): LateDay[];
  /** Indexes of the days that hold state, ascending. */
  openDays(): number[];
  /**
   * Bounded: the day's conflicts when an event was applied that is not the right one (then the day must be read
   * again with these winners), else null.
   */
  conflictWinners(dayIndex: number): ConflictWinners | null;
  /**
   * Bounded: whether some conflict of the day was decided, or is to be, by a hash of the payload, as several have the
   * lowest time. Which one is right then hangs on which columns the payload has.
   */
  hasConflictTies(dayIndex: number): boolean;
  /** Bounded: the day's complete figures, identity included; its state is dropped. */
  finishDay(dayIndex: number): DayFigures;
  /**
   * Everything that it knows, between two batches. Of a live pipeline that goes on from it, the first changes tell
   * every cell of the unsealed days: they begin a run of epochs of their own.
   */
  snapshot(): PipelineSnapshot;
  /**
   * The same without copying it: the pipeline goes on, and keeps aside what it changes before it was read. One at a
   * time, released when it was read. What it holds up is a fraction of a millisecond per million ids.
   *
   * @throws GmvError `snapshot_lent` while another one is lent.
   */
  lend(): Loan<PipelineSnapshot>;
}
