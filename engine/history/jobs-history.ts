import type { Counts } from '../events/counts.ts';
import type { Comparison, DayComparison } from '../protocol/comparison.ts';
import type { JobLogLine, JobUnit } from '../protocol/jobs.ts';
import type { ComputedDay } from './staging.ts';

/** One figure that is kept: a base metric in a rollup. */
export interface FigureName {
  readonly rollup: string;
  readonly metric: string;
}

/** What a unit's figures are made of and for. */
export interface UnitRequest {
  readonly job: string;
  /** `2010-12-01` */
  readonly day: string;
  readonly dataset: string;
  /** Fingerprint of all files of the dataset that can hold events of the day, and of how they are read. */
  readonly inputs: string;
  /** Base metrics; null: all of the plan's. The others stay as they are published. */
  readonly metrics: readonly string[] | null;
  /** Late events of the day that were known when its files were listed: they are in its figures. */
  readonly lateEvents: number;
}

/** A job as history keeps it: what it is, is the jobs' own affair. */
export interface JobDocument {
  readonly id: string;
  /** JSON. */
  readonly document: string;
}

/** A change of a job, kept in one transaction. */
export interface JobChange {
  readonly job: JobDocument;
  /** Units that changed. */
  readonly units: readonly JobUnit[];
  readonly log: readonly JobLogLine[];
}

/** A generation of a day as jobs look at it. */
export interface DayFacts {
  readonly day: string;
  readonly generation: number;
  readonly by: 'live' | 'replay';
  readonly publishedAtMs: number;
  readonly restated: boolean;
  readonly counts: Counts;
  /** Null for what live sealed. */
  readonly dataset: string | null;
  readonly inputs: string | null;
  /** Late events that its figures hold. */
  readonly lateEvents: number;
  /** Base metrics that the running plan has and it lacks, or has with another meaning, in any rollup. */
  readonly staleMetrics: readonly string[];
}

/**
 * What jobs ask of history, answered in the data thread. One argument each, plain data. A *shadow* is a generation to
 * which no pointer leads: nobody sees it before it is published.
 */
export interface JobsHistory {
  /** All published days, ascending. */
  published(ask: Record<string, never>): Promise<readonly DayFacts[]>;
  /** Jobs, oldest first, with their units and log. */
  loadJobs(ask: Record<string, never>): Promise<
    readonly {
      readonly job: JobDocument;
      readonly units: readonly JobUnit[];
      readonly log: readonly JobLogLine[];
    }[]
  >;
  saveJob(ask: JobChange): Promise<void>;
  /**
   * For each unit the wanted figures that no kept generation has of the same meaning and inputs; empty: all are there.
   */
  lacking(ask: { readonly units: readonly UnitRequest[] }): Promise<readonly (readonly FigureName[])[]>;
  /**
   * Puts the unit's shadow together: fresh figures (null: nothing was read), those of other generations with the same
   * meaning and inputs, and for figures that were not asked for the published ones. The unit is done in the same
   * transaction. Where nothing differs in what it is made of, an existing generation is taken.
   */
  completeUnit(ask: {
    readonly unit: UnitRequest;
    readonly fresh: ComputedDay | null;
    readonly change: JobChange;
  }): Promise<{ readonly generation: number }>;
  /** The same of several units of a job for which nothing was read, in one transaction: thousands take seconds. */
  completeCached(ask: {
    readonly job: string;
    readonly units: readonly UnitRequest[];
    readonly change: JobChange;
  }): Promise<void>;
  /** Shadows of the job's units against what is published now. */
  compare(ask: { readonly job: string }): Promise<Comparison>;
  compareDay(ask: {
    readonly job: string;
    readonly day: string;
    readonly metric: string;
  }): Promise<DayComparison>;
  /**
   * Moves the pointers of all days of the job at once, where each still leads to what was compared.
   *
   * @throws GmvError `published_since` that names the days whose figures are others by now.
   */
  publishJob(ask: {
    readonly job: string;
    readonly fingerprint: string;
    readonly change: JobChange;
  }): Promise<void>;
  /**
   * Moves them back to where they led before, to nothing for days that had none.
   *
   * @throws GmvError `later_generation` that names the days on whose figures later ones stand.
   */
  undoJob(ask: { readonly job: string; readonly change: JobChange }): Promise<void>;
  /** Forgets jobs with their units, logs and shadows. What they published stays, and can't be undone any more. */
  forgetJobs(ask: { readonly jobs: readonly string[] }): Promise<void>;
  /** Gives up the job's shadows. */
  dropJob(ask: { readonly job: string; readonly change: JobChange }): Promise<void>;
}
