import type { DatasetPreview, DatasetSummary } from '../protocol/datasets.ts';

/** Rows that lie together, and what is known of when their events were. */
export interface DatasetPart {
  readonly rows: number;
  readonly bytes: number;
  /** Event times, epoch ms, inclusive; null: any. */
  readonly minTimeMs: number | null;
  readonly maxTimeMs: number | null;
}

/** A file as it was when it was looked at. */
export interface DatasetFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Of its contents, as far as a look tells (a Parquet file's footer); equal for a copy of it. */
  readonly fingerprint: string;
  /** Row groups; of a foreign file one per business day. */
  readonly parts: readonly DatasetPart[];
  /** Rows that came too late for live; absent where nobody wrote down what became of rows. */
  readonly lateRows?: number;
}

export interface DatasetLook {
  readonly summary: DatasetSummary;
  readonly files: readonly DatasetFile[];
  /** How files become events: figures of equal files by another reading are others. */
  readonly reading: string;
}

/** Files that are ready to be replayed, and what to do when nobody needs them any more. */
export interface ReadyFiles {
  /** Of Parquet in our columns, each once. */
  readonly paths: readonly string[];
  release(): Promise<void>;
}

/** A named source of history. */
export interface Dataset {
  readonly name: string;
  /** Lists its files and reads what is not known of them yet. Never throws for a file: its problem is in the summary. */
  look(options?: { readonly signal?: AbortSignal }): Promise<DatasetLook>;
  /**
   * Makes files ready: nothing for files in our columns; foreign ones are converted, once for each version of a file
   * and of its reading; files of the archive are held, so that no compaction takes them away.
   *
   * @throws GmvError that names the file: `dataset_changed` where it is not what was looked at, `dataset_gone`, or why
   * it can't be read.
   */
  ready(
    files: readonly DatasetFile[],
    options: {
      readonly signal?: AbortSignal;
      readonly onProgress?: (done: { readonly files: number; readonly rows: number }) => void;
    },
  ): Promise<ReadyFiles>;
  preview(): Promise<DatasetPreview>;
}

/** All of them, in the order in which they are offered. */
export interface Datasets {
  readonly all: readonly Dataset[];
  /** @throws GmvError `no_such_dataset` that names those there are. */
  get(name: string): Dataset;
  close(): Promise<void>;
}
