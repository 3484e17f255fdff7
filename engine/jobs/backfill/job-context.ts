import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { Datasets } from '../../datasets/dataset.ts';
import type { JobsHistory } from '../../history/jobs-history.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Pace } from '../../runtime/replay/pace.ts';
import type { UnitPool } from '../../runtime/replay/unit-pool.ts';
import type { Job } from './job.ts';
import type { JobBook } from './job-book.ts';
import type { JobNews } from './job-news.ts';
import type { Slots } from './slots.ts';

/** What everything that works on jobs has in common. */
export interface JobContext {
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  /** Epoch ms. */
  readonly now: () => number;
  readonly datasets: Datasets;
  readonly history: JobsHistory;
  readonly book: JobBook;
  readonly news: JobNews;
  readonly pool: Pick<UnitPool, 'run'>;
  readonly slots: Slots;
  /** Threads that all jobs share. */
  readonly threads: number;
  readonly lateByDay: () => Readonly<Record<string, number>>;
}

/** One go at a job's units. */
export interface JobRun {
  readonly job: Job;
  /** Aborted: what runs is given up, too. */
  readonly stop: AbortController;
  readonly pace: Pace;
  /** The queue was dropped: what runs ends, nothing begins. */
  draining: boolean;
  /** When it last went at less than full speed; epoch ms. */
  slowedMs: number;
}
