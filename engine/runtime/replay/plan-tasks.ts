import type { Plan } from '../../plan/plan.ts';
import type { FileGroup } from './look-into-files.ts';
import type { PlannedFile } from './planned-file.ts';
import { byFirstDay, type DayRange, type ReplayUnit } from './replay-units.ts';

/** Days that one pipeline replays together. Plain data, for it travels to threads. */
export interface ReplayTask {
  /** Business-day indexes, ascending; not all of the unit's where it has a gap. */
  readonly days: readonly number[];
  /** Those that the unit's groups point into. */
  readonly files: readonly PlannedFile[];
  readonly unit: ReplayUnit;
  /** Rows of its row groups, and compressed bytes of the columns that are read of them. */
  readonly rows: number;
  readonly bytes: number;
}

export interface PlanTasksOptions {
  readonly files: readonly PlannedFile[];
  readonly groups: readonly FileGroup[];
  /** Business-day indexes, each once. */
  readonly days: readonly number[];
  /** The plan by which they are replayed: it says which columns are read. */
  readonly plan: Pick<Plan, 'columns'>;
  /** How many threads there are to keep busy; default 1. */
  readonly threads?: number;
}

/** Rows of days in a task: what a failure costs, and how soon the first days are there. */
const MOST_ROWS = 5_000_000;
/** Rows beyond which a task ends even where its row groups are read again: events of its days are in memory. */
const FAR_TOO_MANY_ROWS = 4 * MOST_ROWS;
/** Days that share nothing go together up to here, so that a task is more than its own start. */
const FEW_ROWS = 200_000;
/** Tasks per thread, so that threads end at about one time. */
const TASKS_PER_THREAD = 4;
/** Share of all rows that may be read a second time for the sake of smaller tasks. */
const MOST_READ_AGAIN = 0.3;

interface DayNeeds {
  readonly day: number;
  readonly groups: readonly FileGroup[];
  /** Rows of the day, as if those of a row group were spread evenly over its days. */
  readonly rows: number;
}

/**
 * Divides days into tasks. Days that share row groups go together, so that a file with one row group is read once and
 * not once per day, up to about 5 million rows; beyond, tasks end where few rows are read twice (all in all at most 30 %,
 * unless row groups of many days would fill the memory). Small days that share nothing go together, too. Every day is in
 * one task, also where no file has anything of it.
 */
export function planTasks(options: PlanTasksOptions): ReplayTask[] {
  const { threads = 1 } = options;
  const needs = needsOf(options);
  const all = needs.reduce((sum, { rows }) => sum + rows, 0);
  const enough = Math.min(MOST_ROWS, Math.max(FEW_ROWS, all / (threads * TASKS_PER_THREAD)));
  const tasks: ReplayTask[] = [];
  let readAgainLeft = all * MOST_READ_AGAIN;
  let taken: DayNeeds[] = [];
  let rows = 0;
  let held = new Set<FileGroup>();
  const end = (): void => {
    if (taken.length > 0) tasks.push(taskOf(taken, [...held], options));
    taken = [];
    held = new Set();
    rows = 0;
  };
  for (const day of needs) {
    const shared = day.groups.reduce((sum, group) => sum + (held.has(group) ? group.rows : 0), 0);
    const together = rows + day.rows;
    const isFull = together > (shared > 0 ? enough : FEW_ROWS);
    if (taken.length > 0 && isFull && (shared <= readAgainLeft || together > FAR_TOO_MANY_ROWS)) {
      readAgainLeft -= shared;
      end();
    }
    taken.push(day);
    rows += day.rows;
    for (const group of day.groups) held.add(group);
  }
  end();
  return tasks;
}

/** What each day needs, days ascending. */
function needsOf({ groups, days }: PlanTasksOptions): DayNeeds[] {
  const coming = [...groups].sort(byFirstDay);
  let open: FileGroup[] = [];
  let next = 0;
  return [...days]
    .sort((a, b) => a - b)
    .map((day) => {
      const before = next;
      while (next < coming.length && spanOf(coming[next]).from <= day) next++;
      open = [...open, ...coming.slice(before, next)].filter((group) => spanOf(group).to >= day);
      const rows = open.reduce((sum, group) => {
        const { from, to } = spanOf(group);
        return sum + group.rows / (to - from + 1);
      }, 0);
      return { day, groups: open, rows };
    });
}

/** A group of no day comes first and is gone at once. */
const spanOf = (group: FileGroup | undefined): DayRange =>
  group?.days ?? { from: Number.NEGATIVE_INFINITY, to: Number.NEGATIVE_INFINITY };

function taskOf(
  taken: readonly DayNeeds[],
  held: FileGroup[],
  { files, plan }: PlanTasksOptions,
): ReplayTask {
  const days = taken.map(({ day }) => day);
  const groups = held.sort(byFirstDay);
  const indexes = [...new Set(groups.map(({ file }) => file))];
  const newIndex = new Map(indexes.map((file, index) => [file, index]));
  return {
    days,
    files: indexes.flatMap((index) => files[index] ?? []),
    unit: {
      days: { from: days[0] ?? 0, to: days.at(-1) ?? 0 },
      groups: groups.map(({ file, group, rows, days: held }) => ({
        file: newIndex.get(file) ?? 0,
        group,
        rows,
        days: held,
        ownsUndated: false,
      })),
    },
    rows: groups.reduce((sum, group) => sum + group.rows, 0),
    bytes: groups.reduce((sum, group) => sum + bytesRead(group, plan), 0),
  };
}

/** Compressed bytes of the columns that a plan reads of a row group. */
export function bytesRead({ columnBytes, untold }: FileGroup, { columns }: Pick<Plan, 'columns'>): number {
  const read = new Set([...columns, ...untold]);
  return Object.entries(columnBytes).reduce((sum, [name, bytes]) => sum + (read.has(name) ? bytes : 0), 0);
}
