/** Why a published day may be wrong. */
export type Dirt =
  /** Events came after the day was sealed. */
  | { readonly why: 'late'; readonly events: number }
  /** Live keeps of two contradicting events the first; a backfill keeps the right one. */
  | { readonly why: 'conflicts'; readonly events: number }
  /** The files that it was made from are not what they were; which of them is not known. */
  | { readonly why: 'changed_file' };

/** One business day of the calendar. */
export interface CoverageDay {
  /** `2026-11-11` */
  readonly day: string;
  readonly state: /** No figures, and no files that could give them. */
    | 'empty'
    /** Files have its events (as far as statistics tell), and nothing is published. */
    | 'missing'
    | 'published'
    /** Live has not given it up: not for a backfill. */
    | 'live'
    | 'future';
  readonly dirt: readonly Dirt[];
  /** Metrics that the running definitions have and the day lacks, or has by an older definition; none: up to date. */
  readonly staleMetrics: readonly string[];
  /** Whether the dataset has files for it, and their rows (spread evenly where a row group spans days). */
  readonly inFiles: boolean;
  readonly rows: number;
  /** Of the published generation; null where there is none. */
  readonly published: {
    readonly generation: number;
    readonly by: 'live' | 'replay';
    readonly atMs: number;
    /** It replaced other figures through an approved backfill. */
    readonly restated: boolean;
    readonly applied: number;
  } | null;
}

/** A year of days against one dataset. */
export interface Coverage {
  readonly year: number;
  readonly dataset: string;
  /** Every business day of the year, ascending. */
  readonly days: readonly CoverageDay[];
  /** Years in which anything is published or in files, ascending. */
  readonly years: readonly number[];
  /** Whether late events are known: until live has said no day is sure to be clean. */
  readonly lateKnown: boolean;
  /** Of all years: what "repair all dirty days" repairs. */
  readonly dirtyDays: readonly string[];
}
