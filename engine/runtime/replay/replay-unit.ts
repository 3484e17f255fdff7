import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { GmvError } from '../../errors.ts';
import { addCounts, type Counts, zeroCounts } from '../../events/counts.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import type { EventBatch } from '../../events/event-batch.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import type { Plan } from '../../plan/plan.ts';
import { say } from '../../protocol/sayings.ts';
import type { OpenFileBytes } from '../../sources/parquet/file-bytes.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import type { ConflictWinners, Pipeline } from '../pipeline/pipeline.ts';
import type { PlannedFile } from './planned-file.ts';
import { refuseFull, textsOf, type UnitTexts } from './replay-cardinality.ts';
import { createGroupReader, type GroupReader } from './replay-groups.ts';
import { createTimeBounds } from './replay-time-bounds.ts';
import { type DayRange, overlaps, type ReplayUnit, type UnitGroup } from './replay-units.ts';

export interface ReplayUnitOptions {
  /** With its currency resolved. */
  readonly plan: Plan;
  /** The unit's groups point into them. */
  readonly files: readonly PlannedFile[];
  readonly unit: ReplayUnit;
  /** Called once per day, as days become complete; the replay waits for it. */
  readonly onDay: (figures: DayFigures) => void | Promise<void>;
  /** Called after every row group with the rows read since the last call. */
  readonly onRows?: (rows: number) => void;
  readonly signal?: AbortSignal;
  /** Default: files of the file system. */
  readonly openBytes?: OpenFileBytes;
  /** Of the unit's days the ones to replay, where it is not all. */
  readonly only?: ReadonlySet<number>;
  /** The plan that files are checked against, where it has columns that `plan` doesn't read; default: `plan`. */
  readonly whole?: Plan;
  /**
   * Takes the index of a day instead of `onDay`, where a hash of the columns that `plan` reads would have to say which
   * of conflicting events is right. Absent: it does.
   */
  readonly onUndecided?: (day: number) => void;
  /** Called after every batch, and waited for where it gives something to wait for: it paces the replay. */
  readonly afterBatch?: () => Promise<void> | null;
  /** Whether the report is to hold the values of category columns; default: no. */
  readonly tellTexts?: boolean;
}

export interface UnitReport {
  readonly counts: Counts;
  readonly days: number;
  /** Earliest and latest event time among the unit's dated rows, epoch ms; null where there are none. */
  readonly firstTimeMs: number | null;
  readonly lastTimeMs: number | null;
  /** Values of its category columns; null where it was not asked for them. */
  readonly texts: UnitTexts | null;
}

/**
 * Replays one unit through a pipeline of its own. A day is handed out and its state dropped as soon as no row
 * group that is still to be read can hold its events: on sorted files memory stays flat.
 *
 * @throws GmvError of the files, `replay_statistics` when a row group holds what its statistics deny, `cardinality`
 * when a category column has too many values, or the signal's reason.
 */
export async function replayUnit(options: ReplayUnitOptions): Promise<UnitReport> {
  const { plan, files, unit, openBytes, signal, only, whole, tellTexts = false } = options;
  const calendar = createBusinessCalendar(plan.timeZone);
  const dictionaries = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
  const reader = createGroupReader({ files, plan, whole, dictionaries, openBytes });
  const shared = { plan, dictionaries, calendar, mode: 'bounded', only } as const;
  const pipeline = createPipeline({ ...shared, days: unit.days });
  const bounds = createTimeBounds({
    fromMs: Math.max(plan.limits.minEventTimeMs, calendar.dayOfIndex(unit.days.from).startMs),
    toMs: Math.min(plan.limits.maxEventTimeMs, calendar.dayOfIndex(unit.days.to).endMs) - 1,
  });
  const corrections: Counts[] = [];
  let finishedTo = Number.NEGATIVE_INFINITY;
  let days = 0;

  const handOut = async (figures: DayFigures): Promise<void> => {
    signal?.throwIfAborted();
    await options.onDay(figures);
    days++;
  };

  /** Days in which an event was applied that a conflict's rule denies, read again, together. */
  const readAgain = async (wrong: readonly WrongDay[]): Promise<void> => {
    const range = {
      from: Math.min(...wrong.map(({ day }) => day)),
      to: Math.max(...wrong.map(({ day }) => day)),
    };
    const winners = new Map(wrong.flatMap((day) => [...day.winners]));
    const again = createPipeline({ ...shared, days: range, winners });
    for (const group of unit.groups) {
      const held = group.days;
      if (!held || !wrong.some(({ day }) => overlaps(held, { from: day, to: day }))) continue;
      await readInto(again, { ...group, ownsUndated: false }, reader, options);
    }
    for (const { day, counts } of wrong) {
      const right = again.finishDay(day);
      corrections.push(difference(right.counts, counts));
      await handOut(right);
    }
  };

  /** `read` is the group that was read last. */
  const finishBefore = async (read: UnitGroup, day: number): Promise<void> => {
    const wrong: WrongDay[] = [];
    for (const open of pipeline.openDays()) {
      if (open >= day) break;
      if (open <= finishedTo) throw deniedByStatistics(files, read, calendar.dayOfIndex(open).label);
      const winners = pipeline.conflictWinners(open);
      const isUndecided = options.onUndecided !== undefined && pipeline.hasConflictTies(open);
      const figures = pipeline.finishDay(open);
      if (isUndecided) options.onUndecided?.(open);
      else if (winners === null) await handOut(figures);
      else wrong.push({ day: open, winners, counts: figures.counts });
    }
    finishedTo = Math.max(finishedTo, day - 1);
    for (const pass of passesOf(wrong)) await readAgain(pass);
  };

  try {
    for (const [i, group] of unit.groups.entries()) {
      await readInto(pipeline, group, reader, options, bounds.take);
      refuseFull(dictionaries, { plan, files });
      options.onRows?.(group.rows);
      await finishBefore(group, firstDayFrom(unit.groups, i + 1, unit.days));
    }
    const counts = zeroCounts();
    addCounts(counts, pipeline.counts());
    for (const correction of corrections) addCounts(counts, correction);
    return { counts, days, ...bounds.result(), texts: tellTexts ? textsOf(dictionaries) : null };
  } finally {
    await reader.close();
  }
}

/** A day to be read again: its conflicts' right payloads, and what was counted the first time. */
interface WrongDay {
  readonly day: number;
  readonly winners: ConflictWinners;
  readonly counts: Counts;
}

/** As few passes as let each conflicting id have one right payload per pass: an id may conflict on several days. */
function passesOf(wrong: readonly WrongDay[]): WrongDay[][] {
  const passes: { readonly days: WrongDay[]; readonly ids: Set<string> }[] = [];
  for (const day of wrong) {
    const ids = [...day.winners.keys()];
    let pass = passes.find((each) => !ids.some((id) => each.ids.has(id)));
    if (!pass) {
      pass = { days: [], ids: new Set() };
      passes.push(pass);
    }
    pass.days.push(day);
    for (const id of ids) pass.ids.add(id);
  }
  return passes.map(({ days }) => days);
}

/** Groups come by first day, so the next one that holds events says which days are complete. */
function firstDayFrom(groups: readonly UnitGroup[], next: number, { to }: DayRange): number {
  for (let i = next; i < groups.length; i++) {
    const days = groups[i]?.days;
    if (days) return days.from;
  }
  return to + 1;
}

async function readInto(
  pipeline: Pipeline,
  group: UnitGroup,
  reader: GroupReader,
  { signal, afterBatch }: Pick<ReplayUnitOptions, 'signal' | 'afterBatch'>,
  look?: (batch: EventBatch) => void,
): Promise<void> {
  for await (const batch of reader.read(group)) {
    signal?.throwIfAborted();
    look?.(batch);
    pipeline.process(batch, { partition: String(group.file), ownsUndated: group.ownsUndated });
    const pause = afterBatch?.();
    if (pause) await pause;
  }
}

/** `right` − `wrong`, to be added to counts that hold `wrong`. */
function difference(right: Counts, wrong: Counts): Counts {
  const rejectedBy: Record<string, number> = {};
  for (const reason of new Set([...Object.keys(right.rejectedBy), ...Object.keys(wrong.rejectedBy)])) {
    rejectedBy[reason] = (right.rejectedBy[reason] ?? 0) - (wrong.rejectedBy[reason] ?? 0);
  }
  return {
    rows: right.rows - wrong.rows,
    applied: right.applied - wrong.applied,
    duplicates: right.duplicates - wrong.duplicates,
    conflicts: right.conflicts - wrong.conflicts,
    late: right.late - wrong.late,
    rejected: right.rejected - wrong.rejected,
    rejectedBy,
  };
}

const deniedByStatistics = (
  files: readonly PlannedFile[],
  { file, group }: UnitGroup,
  day: string,
): GmvError =>
  new GmvError(
    'replay_statistics',
    say('statistics_deny', { file: String(files[file]?.path), group, day }),
    say('written_wrongly'),
  );
