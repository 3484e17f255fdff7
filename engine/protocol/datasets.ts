/** Where a dataset's rows come from. */
export type DatasetKind =
  /** What live consumed. */
  | 'archive'
  /** What the simulator wrote as sample history. */
  | 'sample'
  /** Parquet in our own columns. */
  | 'orders'
  /** Other people's columns: Parquet, CSV or JSON lines, by a field map (every runtime can read it). */
  | 'mapped'
  /** The same by a DuckDB SELECT: the embedded runtime alone can read it. */
  | 'select';

/** A named source of history, as it was when it was last looked at. */
export interface DatasetSummary {
  readonly name: string;
  readonly kind: DatasetKind;
  readonly title: string;
  /** The setting, for people: a glob, or what the archive is. */
  readonly from: string;
  readonly files: number;
  readonly bytes: number;
  /** From footers; null where only reading tells (CSV, JSON lines). */
  readonly rows: number | null;
  /** Business days that events can belong to, by statistics; null where nothing is known or there are no files. */
  readonly days: { readonly from: string; readonly to: string } | null;
  /** Files that came, changed or went, as looks of the last day found; none for the archive, which always grows. */
  readonly changes: readonly {
    readonly file: string;
    readonly what: 'appeared' | 'changed' | 'vanished';
  }[];
  readonly lookedAtMs: number;
  /** Files that can't be read, each with the reason and the way out; the others can. */
  readonly problems: readonly { readonly file: string; readonly problem: string }[];
}

/** The mapping of a foreign dataset, tried on its first rows. */
export interface DatasetPreview {
  readonly dataset: string;
  readonly file: string | null;
  /** Columns of the file, with its types. */
  readonly given: readonly { readonly name: string; readonly type: string }[];
  /** Ours, and what each is made of, in words of the mapping; a dataset in our own columns maps each to itself. */
  readonly columns: readonly {
    readonly name: string;
    readonly from: string;
    /** The mapping doesn't name it, and the file has no column of its name: it is null. */
    readonly absent: boolean;
    /** Rows of those tried whose value can't be read as this column, and the first such value. */
    readonly errors: number;
    readonly example: string | null;
  }[];
  /** Texts of `given` and of `columns`, row by row; null where there is no value. */
  readonly rows: readonly {
    readonly given: readonly (string | null)[];
    readonly mapped: readonly (string | null)[];
    /** Why the event would be rejected; null where it would not. */
    readonly rejected: string | null;
  }[];
  /** Why nothing can be read at all, with the way out; null where it can. */
  readonly problem: string | null;
}
