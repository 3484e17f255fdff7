import type { DayFigures } from '../../figures/day-figures.ts';
import type { FigureName } from '../../history/jobs-history.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Pace } from '../../runtime/replay/pace.ts';
import type { ReplayTask } from '../../runtime/replay/plan-tasks.ts';

/** Some days to be replayed by one pipeline. */
export interface PoolTask {
  /** The whole plan. */
  readonly plan: Plan;
  /** Those of its figures that are to be computed. */
  readonly figures: readonly FigureName[];
  readonly task: ReplayTask;
  readonly pace: Pace;
  /** Once for each day of the task that has rows; the replay waits for it. */
  readonly onDay: (figures: DayFigures) => Promise<void>;
  readonly onRows: (rows: number) => void;
  readonly signal: AbortSignal;
}

/** What runs tasks, each in a thread of its own while it runs. */
export interface ReplayPool {
  /** @throws GmvError that names file and row group, or the signal's reason. */
  run(task: PoolTask): Promise<unknown>;
}
