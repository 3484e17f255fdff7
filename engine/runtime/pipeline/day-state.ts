import type { BusinessDay } from '../../calendar/business-calendar.ts';
import { minuteSlot } from '../../calendar/business-calendar.ts';
import { type Counts, zeroCounts } from '../../events/counts.ts';
import { type CellTable, clearCells, createCellTable } from '../../state/cell-table.ts';
import { clearDedup, createDedupTable, type DedupTable } from '../../state/dedup-table.ts';
import { clearDistinct, createDistinctTable, type DistinctTable } from '../../state/distinct-table.ts';
import { clearKeys, createKeyIndex, type KeyIndex } from '../../state/key-index.ts';
import type { PlanLayout } from './plan-layout.ts';

/** The better payload of an id whose events differ, by {@link ConflictLog} key. */
export interface Contender {
  /** Ms since the day's start, and the payload's hash. */
  readonly timeInDay: number;
  readonly payloadHi: number;
  readonly payloadLo: number;
  /** Whether it is the one that was applied. */
  readonly applied: boolean;
  /** Whether another payload came with the same, lowest time: its hash alone says which is right. */
  readonly tied: boolean;
}

/** Conflicting ids of the day (32 hex digits) and the lowest payload seen of each. */
export type ConflictLog = Map<string, Contender>;

/** What a pipeline knows about one business day; days share nothing. */
export interface DayState {
  readonly day: BusinessDay;
  readonly counts: Counts;
  /** Counts changed since they were last taken. */
  countsChanged: boolean;
  /** Null until an event is accepted: rejected ones may name any day of a century, and must cost next to nothing. */
  tables: DayTables | null;
}

/** The figures of a day, as tables. */
export interface DayTables {
  day: BusinessDay;
  /** Hour slots in which an event was applied, as bits. */
  hoursSeen: number;
  readonly dedup: DedupTable;
  readonly conflicts: ConflictLog;
  /** One per axis of the layout. */
  readonly keys: readonly KeyIndex[];
  /** One per rollup of the layout. */
  readonly cells: readonly CellTable[];
  /** One per set of the layout. */
  readonly sets: readonly DistinctTable[];
  /** Per lane the sum of absolute contributions: the bound of every cell. */
  readonly bounds: Float64Array;
}

export interface DayTablesOptions {
  readonly layout: PlanLayout;
  readonly day: BusinessDay;
  /** Live: remember what changed. */
  readonly trackChanges: boolean;
}

/** Minute slots of the day. */
export function minutesOf(day: BusinessDay): number {
  return minuteSlot(day, day.endMs - 1) + 1;
}

export function createDayState(day: BusinessDay): DayState {
  return { day, counts: zeroCounts(), countsChanged: false, tables: null };
}

/** Empty tables of a day. */
export function createDayTables({ layout, day, trackChanges }: DayTablesOptions): DayTables {
  const hours = day.hourStartsMs.length;
  const minutes = minutesOf(day);
  return {
    day,
    hoursSeen: 0,
    dedup: createDedupTable(),
    conflicts: new Map(),
    keys: layout.axes.map(createKeyIndex),
    cells: layout.rollups.map(({ slice, lanes }) =>
      createCellTable({
        lanes: lanes.length,
        slotsPerPage: slice === 'minute' ? 60 : 1,
        blocks: slice === 'minute' ? Math.ceil(minutes / 60) : hours,
        trackChanges,
      }),
    ),
    sets: layout.sets.map(({ axes, hourOfDay, cumulative }) =>
      createDistinctTable({
        axes: axes.length,
        hours,
        minutes,
        cumulative,
        hourOfDay,
        trackChanges,
      }),
    ),
    bounds: new Float64Array(layout.lanes.length),
  };
}

/**
 * The tables of a day that is done with, emptied for another of as many hours and minutes: room once made need not be
 * made again. Null where the days differ.
 */
export function reuseDayTables(tables: DayTables, day: BusinessDay): DayTables | null {
  const isLike =
    tables.day.hourStartsMs.length === day.hourStartsMs.length && minutesOf(tables.day) === minutesOf(day);
  if (!isLike) return null;
  clearDedup(tables.dedup);
  tables.conflicts.clear();
  for (const keys of tables.keys) clearKeys(keys);
  for (const cells of tables.cells) clearCells(cells);
  for (const set of tables.sets) clearDistinct(set);
  tables.bounds.fill(0);
  tables.day = day;
  tables.hoursSeen = 0;
  return tables;
}
