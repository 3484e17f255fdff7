import type { Comparison, DayComparison } from './comparison.ts';
import type { Coverage } from './coverage.ts';
import type { DatasetPreview, DatasetSummary } from './datasets.ts';
import type { JobAction, JobDraft, JobEstimate, JobSummary, JobUpdate } from './jobs.ts';

/**
 * Everything that can be asked about backfills: by the screens over HTTP, by the command line over HTTP, and by both
 * answered in the thread of jobs. One argument each, plain data, so that a call can cross a thread.
 */
export interface JobsApi {
  datasets(ask: Record<string, never>): Promise<readonly DatasetSummary[]>;
  preview(ask: { readonly dataset: string }): Promise<DatasetPreview>;
  /** Null: the dataset that comes first, the year of the last day that anything is known of. */
  coverage(ask: { readonly dataset: string | null; readonly year: number | null }): Promise<Coverage>;
  estimate(ask: { readonly draft: JobDraft }): Promise<JobEstimate>;
  /** `estimate` is the fingerprint of what was shown before the button was pressed. */
  submit(ask: {
    readonly draft: JobDraft;
    readonly estimate: string;
    readonly actor: string;
  }): Promise<JobSummary>;
  /** The newest first. */
  jobs(ask: Record<string, never>): Promise<readonly JobSummary[]>;
  job(ask: { readonly id: string }): Promise<JobUpdate>;
  /** `expect`: for `approve`, the fingerprint of the comparison that was looked at; else null. */
  act(ask: {
    readonly id: string;
    readonly action: JobAction;
    readonly expect: string | null;
    readonly actor: string;
  }): Promise<JobSummary>;
  comparison(ask: { readonly id: string }): Promise<Comparison>;
  compareDay(ask: {
    readonly id: string;
    readonly day: string;
    readonly metric: string;
  }): Promise<DayComparison>;
}

/** What changed about jobs, pushed. */
export type JobsNews =
  | { readonly kind: 'jobs'; readonly jobs: readonly JobSummary[] }
  | { readonly kind: 'job'; readonly update: JobUpdate };
