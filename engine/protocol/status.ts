import type { DimensionSummary, MetricSummary } from './board-info.ts';
import type { ParityStatus } from './parity.ts';

/** Progress of a replay of history. */
export interface ReplayStatus {
  readonly label: string;
  readonly state: 'preparing' | 'running' | 'done' | 'failed';
  readonly rowsDone: number;
  readonly rowsTotal: number;
  readonly daysDone: number;
  readonly daysTotal: number;
  /** What went wrong and the way out; null unless failed. */
  readonly error: string | null;
}

/** What became of all rows of this run: `rows = applied + duplicates + conflicts + late + rejected`. */
export interface RowCounts {
  readonly rows: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly late: number;
  readonly rejected: number;
  readonly rejectedBy: Readonly<Record<string, number>>;
}

/** How far one partition of the stream was read. Offsets are decimal text. */
export interface PartitionStatus {
  /** `orders/0` */
  readonly partition: string;
  /** Next offset to be read, and the one that the next record will get. */
  readonly nextOffset: string;
  readonly endOffset: string;
  readonly lagRecords: number;
  /** How old the record read last is where more wait behind it, else 0; ms, null before the first. */
  readonly lagMs: number | null;
  /** Nothing comes: no watermark waits for it. */
  readonly idle: boolean;
}

/** How checkpoints of the run go. */
export interface CheckpointStatus {
  /** Since the last durable one was begun; ms, null before the first. */
  readonly ageMs: number | null;
  /** How long it took, and how long of that it held the pipeline up; ms. */
  readonly tookMs: number;
  readonly stallMs: number;
  readonly bytes: number;
}

/** How it goes with reading a stream. */
export interface StreamStatus {
  /** Of all partitions. */
  readonly lagRecords: number;
  /** Of the partition that is furthest behind; ms, null before its first record. */
  readonly lagMs: number | null;
  /** None on a socket that has not asked for them. */
  readonly partitions: readonly PartitionStatus[];
  readonly checkpoint: CheckpointStatus;
  /** Sealed days that events came too late for, and how many. */
  readonly lateDays: readonly { readonly day: string; readonly events: number }[];
  /** What went other than usual when the run began, for people: a checkpoint left out, a plan that changed. */
  readonly notes: readonly string[];
  /** What is wrong now, for people; null where nothing is. */
  readonly problem: string | null;
  /** Whether what is wrong is that nothing can be read: figures stay as they are until it can. */
  readonly interrupted: boolean;
}

/** A thread that runs, and how late its event loop was lately (99th percentile; ms). */
export interface ThreadStatus {
  readonly name: string;
  readonly p99Ms: number;
}

/** How the server is; pushed on change, at most twice a second. */
export interface ServerStatus {
  readonly runId: string;
  readonly source: string;
  /** `starting`: nothing published yet; `catching_up`: replaying what is already there; `stalled`: no epoch for a while. */
  readonly live: 'starting' | 'catching_up' | 'live' | 'stalled' | 'failed';
  /** How far the data trails the clock; ms, null when unknown. */
  readonly lagMs: number | null;
  readonly epoch: number;
  readonly eventsPerSecond: number;
  /** Since the last row came; ms, null before the first. */
  readonly quietMs: number | null;
  readonly counts: RowCounts;
  readonly replay: ReplayStatus | null;
  /** Null where live follows no stream. */
  readonly stream: StreamStatus | null;
  /** Null where nothing compares live with its replay. */
  readonly parity: ParityStatus | null;
  /** In the order in which they started. */
  readonly threads: readonly ThreadStatus[];
  /** Threads restarted since the server started. */
  readonly restarts: number;
  /** For people: why live is stalled or failed. */
  readonly problem: string | null;
}

/** What a board must know before its first frame. */
export interface BoardInfo {
  readonly timeZone: string;
  readonly currency: string;
  /** Minor-unit digits of the currency (ISO 4217). */
  readonly minorDigits: number;
  readonly metrics: readonly MetricSummary[];
  /** Those that a rollup keeps and views can be filtered by, in the order of the definitions. */
  readonly dimensions: readonly DimensionSummary[];
  /** SHA-256 of the running plan. */
  readonly planFingerprint: string;
  readonly version: string;
}
