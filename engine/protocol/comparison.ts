import type { Dirt } from './coverage.ts';

/** Why figures of a day differ, as far as it is known. */
export type Cause =
  | Dirt
  /** Nothing was published. */
  | { readonly why: 'first_load' }
  | { readonly why: 'changed_definition'; readonly metrics: readonly string[] }
  /** The published figures are of another dataset. */
  | { readonly why: 'other_dataset'; readonly dataset: string }
  /** What became of the rows differs: applied events of the published figures and of the new ones. */
  | { readonly why: 'other_rows'; readonly published: number; readonly computed: number };

/** A metric over a day: minor units, counts, or fractions of 1; null where it is not there. */
export interface ComparedFigure {
  readonly metric: string;
  readonly published: number | null;
  readonly computed: number | null;
}

export interface ComparedDay {
  readonly day: string;
  /** Generations: what was published when this was compared (null: none), and the new one. */
  readonly published: number | null;
  readonly computed: number;
  /** Of the day's total, in the order of the definitions. */
  readonly figures: readonly ComparedFigure[];
  /** Whether any figure of any rollup differs. */
  readonly differs: boolean;
  readonly causes: readonly Cause[];
}

/** A job's results against what is published. */
export interface Comparison {
  readonly job: string;
  /** What an approval names: published is then what was compared, or the approval is refused. */
  readonly fingerprint: string;
  readonly comparedAtMs: number;
  readonly days: readonly ComparedDay[];
  /**
   * Over all days, of metrics that are made of additive ones; others are null on both sides. Days without published
   * figures add nothing to what is published.
   */
  readonly totals: readonly ComparedFigure[];
  /** Days whose published figures are others by now: compare again. */
  readonly outdated: readonly string[];
}

/** Curve over curve and the largest changes, of one metric of one day. */
export interface DayComparison {
  readonly day: string;
  readonly metric: string;
  /** First instant of the day and length of a bucket; ms. */
  readonly startMs: number;
  readonly bucketMs: number;
  /** Each bucket's value is that of the day up to its end; else that of the bucket alone. */
  readonly cumulative: boolean;
  /** One value per bucket; null where there are no published figures of the metric. */
  readonly published: readonly (number | null)[] | null;
  readonly computed: readonly (number | null)[];
  /**
   * Ranked by size of the change, over all dimensions of which both sides keep the metric; none where nothing is
   * published. Of ratios only keys that have one on both sides.
   */
  readonly changes: readonly {
    readonly dimension: string;
    readonly key: string | null;
    readonly published: number;
    readonly computed: number;
  }[];
}
