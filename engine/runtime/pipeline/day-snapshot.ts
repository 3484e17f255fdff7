import type { BusinessDay } from '../../calendar/business-calendar.ts';
import { addCounts, type Counts, zeroCounts } from '../../events/counts.ts';
import { type CellTableSnapshot, restoreCells, snapshotCells } from '../../state/cell-table.ts';
import { type DedupSnapshot, restoreDedup, snapshotDedup } from '../../state/dedup-table.ts';
import { type DistinctTableSnapshot, restoreDistinct, snapshotDistinct } from '../../state/distinct-table.ts';
import { type KeyIndexSnapshot, restoreKeys, snapshotKeys } from '../../state/key-index.ts';
import type { Holding, Lent } from '../../state/loan.ts';
import type { Contender, DayState, DayTables } from './day-state.ts';

/** What a pipeline knows about one business day, as plain data: typed arrays, numbers and texts. */
export interface DaySnapshot {
  /** Index of the business day. */
  readonly index: number;
  readonly counts: Counts;
  readonly tables: DayTablesSnapshot | null;
}

export interface DayTablesSnapshot {
  readonly hoursSeen: number;
  readonly dedup: DedupSnapshot;
  readonly conflicts: readonly (readonly [id: string, best: Contender])[];
  readonly keys: readonly KeyIndexSnapshot[];
  readonly cells: readonly CellTableSnapshot[];
  readonly sets: readonly DistinctTableSnapshot[];
  readonly bounds: Float64Array;
}

/** A day's state, its arrays as `holding` gives them. */
export function snapshotDay({ day, counts, tables }: DayState, holding: Holding): Lent<DaySnapshot> {
  return { index: day.index, counts: copyOf(counts), tables: tables && snapshotTables(tables, holding) };
}

/** Builds the state of `day` from a snapshot, whose arrays it takes over; all of it counts as changed, so that the next changes tell everything. */
export function restoreDay({ counts, tables }: DaySnapshot, day: BusinessDay): DayState {
  const restored = tables && restoreTables(tables, day);
  return { day, counts: copyOf(counts), countsChanged: true, tables: restored };
}

function snapshotTables(tables: DayTables, holding: Holding): Lent<DayTablesSnapshot> {
  return {
    hoursSeen: tables.hoursSeen,
    dedup: snapshotDedup(tables.dedup, holding),
    conflicts: [...tables.conflicts],
    keys: tables.keys.map((keys) => snapshotKeys(keys, holding)),
    cells: tables.cells.map((cells) => snapshotCells(cells, holding)),
    sets: tables.sets.map((set) => snapshotDistinct(set, holding)),
    bounds: tables.bounds.slice(),
  };
}

function restoreTables(snapshot: DayTablesSnapshot, day: BusinessDay): DayTables {
  return {
    day,
    hoursSeen: snapshot.hoursSeen,
    dedup: restoreDedup(snapshot.dedup),
    conflicts: new Map(snapshot.conflicts),
    keys: snapshot.keys.map(restoreKeys),
    cells: snapshot.cells.map(restoreCells),
    sets: snapshot.sets.map(restoreDistinct),
    bounds: snapshot.bounds.slice(),
  };
}

function copyOf(counts: Counts): Counts {
  const copy = zeroCounts();
  addCounts(copy, counts);
  return copy;
}
