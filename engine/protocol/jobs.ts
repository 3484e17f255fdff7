/** Inclusive business days, `2026-11-01`. */
export interface DaySpan {
  readonly from: string;
  readonly to: string;
}

/** What an operator asks for. */
export interface JobDraft {
  readonly dataset: string;
  /** Ascending, apart from each other. */
  readonly spans: readonly DaySpan[];
  /** Base metrics to compute; null: all of the running definitions. */
  readonly metrics: readonly string[] | null;
  /** `idle`: only while nothing else needs the machine; `tonight`: in the configured window of the business zone. */
  readonly when: 'now' | 'idle' | 'tonight';
  /** Threads. */
  readonly parallelism: number;
  readonly approval:
    | { readonly kind: 'manual' }
    /** By itself where nothing published changes, or no metric of any day by more than so many per mille. */
    | { readonly kind: 'auto'; readonly upToPermille: number };
}

/** `draft` is a form that nobody submitted; who may go where stands in `jobs/job-states.ts` alone. */
export type JobState =
  | 'draft'
  | 'estimating'
  | 'queued'
  | 'running'
  | 'paused'
  | 'comparing'
  | 'awaiting_approval'
  | 'published'
  | 'undone'
  | 'discarded'
  | 'cancelled'
  | 'failed';

/** What an operator may do to a job. */
export type JobAction =
  | 'pause'
  | 'resume'
  /** Drops the queue; what runs ends first. */
  | 'cancel'
  /** Stops what runs, too. */
  | 'stop'
  /** Failed units only. */
  | 'retry'
  /** Compares again, with what is published now. */
  | 'compare'
  | 'approve'
  | 'discard'
  | 'undo';

export const JOB_ACTIONS: readonly JobAction[] = [
  'pause',
  'resume',
  'cancel',
  'stop',
  'retry',
  'compare',
  'approve',
  'discard',
  'undo',
];

/** What a job would read and take, from footers and measured throughput; nothing was read but those. */
export interface JobEstimate {
  /** First and last instant, epoch ms: the first included, the last not. Null without a unit. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly units: number;
  /** Of those, units whose figures are there already: same files, same definitions. */
  readonly cached: number;
  /** Rows and bytes that will be read; a row group that two tasks need counts twice. Null rows: only reading tells. */
  readonly rows: number | null;
  readonly bytes: number;
  readonly files: number;
  /** Names of the columns that are read, of how many there are. */
  readonly columns: readonly string[];
  readonly allColumns: number;
  /** Expected: shortest and longest; `isAssumed` where nothing was measured on this machine yet. */
  readonly seconds: { readonly from: number; readonly to: number; readonly isAssumed: boolean };
  /** When it would be done if submitted now; epoch ms. */
  readonly finishAtMs: { readonly from: number; readonly to: number } | null;
  /** Days that were asked for and can't be a unit. */
  readonly left: readonly { readonly day: string; readonly why: 'not_sealed' | 'no_files' | 'future' }[];
  /** Unfinished jobs that work on some of the days. */
  readonly conflicts: readonly { readonly job: string; readonly days: number }[];
  /** Why it can't be submitted, with the way out; null where it can. */
  readonly refusal: string | null;
  /** Of everything that it rests on: a submission names it, and is refused where files are others by then. */
  readonly fingerprint: string;
}

/** How many units are how. */
export interface UnitTally {
  readonly waiting: number;
  readonly running: number;
  readonly done: number;
  /** Done without reading: its figures were there. Part of `done`. */
  readonly cached: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** A job as a row of a list; its page shows it, too. */
export interface JobSummary {
  readonly id: string;
  readonly draft: JobDraft;
  readonly state: JobState;
  /** What may be done to it now. */
  readonly actions: readonly JobAction[];
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly startedAtMs: number | null;
  /** When it came to its state. */
  readonly changedAtMs: number;
  readonly estimate: JobEstimate;
  readonly units: UnitTally;
  readonly rowsDone: number;
  /** Expected from what is left; null where unknown. */
  readonly rowsTotal: number | null;
  readonly bytesDone: number;
  readonly rowsPerSecond: number;
  readonly eta: { readonly fromMs: number; readonly toMs: number } | null;
  /** Share of full speed, 0 … 1, and why it is not 1: "waiting: live lag 3.2 s". */
  readonly throttle: { readonly speed: number; readonly why: string | null };
  /** What went wrong and the way out; null unless failed. */
  readonly problem: string | null;
}

/** One business day of a job. */
export interface JobUnit {
  readonly day: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly cached: boolean;
  readonly rows: number;
  readonly seconds: number;
  readonly attempts: number;
  /** Names file and row group; null unless failed. */
  readonly problem: string | null;
}

export interface JobLogLine {
  readonly atMs: number;
  /** `operator`, `cli`, or `gmv` for what happened by itself. */
  readonly actor: string;
  readonly text: string;
  /** The state that it came to; null where it kept its state. */
  readonly state: JobState | null;
}

/**
 * What a page that watches a job gets: first the whole, then what changed. A `seq` that doesn't follow means that one
 * was missed: watch again.
 */
export interface JobUpdate {
  readonly id: string;
  readonly seq: number;
  /** `units` and `log` are all there are, not only what changed or came. */
  readonly whole: boolean;
  readonly summary: JobSummary;
  readonly units: readonly JobUnit[];
  readonly log: readonly JobLogLine[];
}

/** Who did what, the newest first. */
export interface AuditLine {
  readonly atMs: number;
  readonly actor: string;
  readonly from: string;
  readonly what: string;
}
