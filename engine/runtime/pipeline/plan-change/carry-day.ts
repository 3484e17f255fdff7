import type { BusinessDay } from '../../../calendar/business-calendar.ts';
import type { CellTableSnapshot } from '../../../state/cell-table.ts';
import { copyOf, VIEWS } from '../../../state/loan.ts';
import { type DaySnapshot, type DayTablesSnapshot, snapshotDay } from '../day-snapshot.ts';
import { createDayState, createDayTables } from '../day-state.ts';
import { carrySet } from './carry-sets.ts';
import type { LayoutMatch, Match } from './match-layouts.ts';

export interface CarryDay {
  readonly snapshot: DaySnapshot;
  readonly day: BusinessDay;
  readonly match: LayoutMatch;
  readonly trackChanges: boolean;
}

/** A day's state in another layout; its arrays go over where they fit. */
export function carryDay({ snapshot, day, match, trackChanges }: CarryDay): DaySnapshot {
  const { tables } = snapshot;
  if (!tables) return snapshot;
  const empty = emptyTables({ day, match, trackChanges });
  const carried: DayTablesSnapshot = {
    ...tables,
    keys: match.axes.map((axis, i) => pick(tables.keys, axis) ?? known(empty.keys, i)),
    cells: match.rollups.map(({ rollup, lanes }, i) =>
      carryCells(pick(tables.cells, rollup), lanes, known(empty.cells, i)),
    ),
    sets: match.sets.map(({ set, axes }, i) => {
      const before = pick(tables.sets, set);
      const [to, none] = [known(match.to.sets, i), known(empty.sets, i)];
      const axesBefore = pick(match.from.sets, set)?.axes.length ?? 0;
      return before
        ? carrySet({ before, axesBefore, to, axes, empty: none, hourOfDay: day.hourOfDay })
        : none;
    }),
    bounds: Float64Array.from(match.lanes, (lane) => (lane === null ? 0 : (tables.bounds[lane] ?? 0))),
  };
  return { ...snapshot, tables: carried };
}

function emptyTables({ day, match, trackChanges }: Omit<CarryDay, 'snapshot'>): DayTablesSnapshot {
  const tables = createDayTables({ layout: match.to, day, trackChanges });
  const empty = copyOf<DaySnapshot>(snapshotDay({ ...createDayState(day), tables }, VIEWS));
  if (!empty.tables) throw new Error(`day ${day.label} has no tables`);
  return empty.tables;
}

/**
 * A cell stays where it is, with a zero for what was not kept before. Arrays are copied: two rollups may go on from one.
 */
function carryCells(
  before: CellTableSnapshot | undefined,
  lanes: readonly Match[],
  empty: CellTableSnapshot,
): CellTableSnapshot {
  if (!before || lanes.every((lane) => lane === null)) return empty;
  const stride = before.options.lanes;
  const values = new Float64Array(before.keys.length * lanes.length);
  for (const [lane, from] of lanes.entries()) {
    if (from === null) continue;
    for (let cell = 0; cell < before.keys.length; cell++) {
      values[cell * lanes.length + lane] = before.values[cell * stride + from]!;
    }
  }
  return { options: empty.options, keys: before.keys.slice(), slots: before.slots.slice(), values };
}

const pick = <T>(list: readonly T[], index: Match): T | undefined =>
  index === null ? undefined : list[index];

function known<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`a list of ${list.length} has no entry ${index}`);
  return found;
}
