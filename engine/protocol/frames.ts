import type { Row, RowKey, ViewMeta } from './view.ts';

/**
 * The whole of a view at `seq`. Rows are JSON below about a thousand; from there on `arrow` holds them as an
 * Arrow IPC stream whose columns are `key` and the spec's metrics.
 */
export interface ViewSnapshot {
  readonly kind: 'snapshot';
  readonly view: string;
  readonly seq: number;
  readonly meta: ViewMeta;
  readonly rows: readonly Row[] | null;
  readonly arrow: Uint8Array | null;
}

/**
 * Absolute values of the rows that changed after `prevSeq`. It applies to a client that holds `prevSeq`
 * exactly; for any other it is a gap, and the client asks for a snapshot.
 */
export interface ViewPatch {
  readonly kind: 'patch';
  readonly view: string;
  readonly prevSeq: number;
  readonly seq: number;
  readonly rows: readonly Row[];
  readonly removed: readonly RowKey[];
  /** Present when it changed. */
  readonly meta?: ViewMeta;
}

/** One atomic publication: everything in it belongs to the same epoch. */
export interface Frame {
  /** Changes when the pipeline starts anew: epochs and seqs of another run don't compare. */
  readonly runId: string;
  readonly epoch: number;
  /** Live has seen everything up to here; epoch ms, null before the first event. */
  readonly watermarkMs: number | null;
  /** Latest event time applied, "data to"; epoch ms. */
  readonly dataToMs: number | null;
  /** When the store published the epoch, by the server's clock; epoch ms. */
  readonly publishedAtMs: number;
  readonly views: readonly (ViewSnapshot | ViewPatch)[];
}
