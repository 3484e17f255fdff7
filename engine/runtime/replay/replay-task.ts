import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import type { Plan } from '../../plan/plan.ts';
import { type PlanFigure, subPlan } from '../../plan/sub-plan.ts';
import type { OpenFileBytes } from '../../sources/parquet/file-bytes.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import { createKeepPace } from './keep-pace.ts';
import type { Pace } from './pace.ts';
import type { ReplayTask } from './plan-tasks.ts';
import { createGroupReader } from './replay-groups.ts';
import { replayUnit } from './replay-unit.ts';
import { overlaps, type ReplayUnit } from './replay-units.ts';

/** What is replayed. Plain data, for it travels to threads. */
export interface TaskRequest {
  /** The whole plan, with its currency resolved. */
  readonly plan: Plan;
  /** Those to compute; null: all of the plan. */
  readonly figures: readonly PlanFigure[] | null;
  readonly task: ReplayTask;
}

export interface ReplayTaskOptions extends TaskRequest {
  /** Takes each wanted day once, as days become complete; the replay waits for it. A day without rows has no figures. */
  readonly onDay: (figures: DayFigures) => void | Promise<void>;
  /** Called with the rows read since the last call. */
  readonly onRows?: (rows: number) => void;
  /** Default: full speed. */
  readonly pace?: Pace;
  readonly signal?: AbortSignal;
  /** Default: files of the file system. */
  readonly openBytes?: OpenFileBytes;
  /** Milliseconds that only go forward; default: the process's. */
  readonly clock?: () => number;
}

export interface TaskReport {
  /** Columns that were read. */
  readonly columns: readonly string[];
  /** Days that were read again with all columns. */
  readonly readAgain: number;
}

/**
 * Replays the days of a task for some figures or all. Equal to those of the whole plan, whatever is asked for; of the
 * counts see `subPlan`.
 *
 * @throws GmvError of the files (`parquet_…`), each naming file and row group, `replay_statistics`, `cardinality`, or
 * the signal's reason; days handed out before stay handed out.
 */
export async function replayTask(options: ReplayTaskOptions): Promise<TaskReport> {
  const { plan, figures, task, signal, pace, openBytes, onRows, clock = () => performance.now() } = options;
  const { files, unit } = task;
  const days = new Set(task.days);
  const missing = new Set(task.days);
  const calendar = createBusinessCalendar(plan.timeZone);
  const afterBatch = pace && createKeepPace({ pace, signal, clock });
  const part = figures ? await readable(options, figures) : plan;
  const shared = { files, whole: plan, signal, afterBatch, openBytes, onRows };
  const onDay = (day: DayFigures): void | Promise<void> => {
    missing.delete(calendar.dayOfLabel(day.day).index);
    return options.onDay(day);
  };

  const undecided: number[] = [];
  const isPart = part.columns.length < plan.columns.length;
  const onUndecided = isPart ? (day: number): void => void undecided.push(day) : undefined;
  await replayUnit({ ...shared, plan: part, unit, only: days, onDay, onUndecided });
  if (figures && undecided.length > 0) {
    const again = subPlan(plan, figures, plan.columns);
    await replayUnit({
      ...shared,
      plan: again,
      unit: narrowed(unit, undecided),
      only: new Set(undecided),
      onDay,
    });
  }
  // Statistics allow more than there is.
  const dictionaries = createDictionaries(part.schema, 0);
  const empty = createPipeline({ plan: part, dictionaries, calendar, mode: 'bounded' });
  for (const day of missing) {
    signal?.throwIfAborted();
    await options.onDay(empty.finishDay(day));
  }
  return { columns: part.columns, readAgain: undecided.length };
}

/** The plan of the figures, with the columns that turn out to be needed. */
async function readable(
  { plan, task, signal, openBytes }: ReplayTaskOptions,
  figures: readonly PlanFigure[],
): Promise<Plan> {
  const part = subPlan(plan, figures);
  const unread = plan.columns.filter((name) => !part.columns.includes(name));
  if (unread.length === 0) return part;
  const dictionaries = createDictionaries([], 0);
  const reader = createGroupReader({ files: task.files, plan: part, whole: plan, dictionaries, openBytes });
  const needed = new Set<string>();
  try {
    for (const place of task.unit.groups) {
      signal?.throwIfAborted();
      const left = unread.filter((name) => !needed.has(name));
      for (const name of await reader.needed(place, left)) needed.add(name);
    }
  } finally {
    await reader.close();
  }
  return needed.size === 0 ? part : subPlan(plan, figures, [...needed]);
}

/** The unit, for some of its days only. */
function narrowed({ groups }: ReplayUnit, days: readonly number[]): ReplayUnit {
  return {
    days: { from: Math.min(...days), to: Math.max(...days) },
    groups: groups.filter(
      ({ days: held }) => held && days.some((day) => overlaps(held, { from: day, to: day })),
    ),
  };
}
