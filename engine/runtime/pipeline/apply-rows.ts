import { sum } from '../../aggregates/sum.ts';
import type { Dictionaries } from '../../events/dictionary.ts';
import { columnOf, type EventBatch } from '../../events/event-batch.ts';
import { contribute } from '../../operators/contribute.ts';
import { countDistinct } from '../../operators/count-distinct.ts';
import { groupKeys } from '../../operators/group-keys.ts';
import { sumCells } from '../../operators/sum-cells.ts';
import { HOURS_OF_DAY } from '../../state/distinct-table.ts';
import type { BatchScratch } from './batch-scratch.ts';
import type { DayTables } from './day-state.ts';
import type { PlanLayout } from './plan-layout.ts';

export interface ApplyRowsInput {
  readonly layout: PlanLayout;
  readonly dictionaries: Dictionaries;
  readonly batch: EventBatch;
  readonly scratch: BatchScratch;
  /** Rows of the day that are to be applied. */
  readonly rows: Int32Array;
  readonly length: number;
}

/**
 * Adds rows to all rollups of their day: key numbers once per dimension, contributions once per row, each
 * identity once per distinct count.
 *
 * @throws GmvError `sum_overflow` when a sum of the day would leave the exact integers.
 */
export function applyRows(tables: DayTables, input: ApplyRowsInput): void {
  const { layout, dictionaries, batch, scratch, rows, length } = input;
  for (let axis = 0; axis < layout.axes.length; axis++) {
    const { column } = layout.axes[axis]!;
    const size = columnOf(dictionaries, column).size;
    groupKeys(
      tables.keys[axis]!,
      columnOf(batch.categories, column),
      size,
      rows,
      length,
      scratch.keys[axis]!,
    );
  }
  const { hourOfDay } = tables.day;
  let hours = tables.hoursSeen;
  for (let i = 0; i < length; i++) {
    const row = rows[i]!;
    const slot = scratch.hour[row]!;
    hours |= 1 << slot;
    scratch.hourOfDay[row] = hourOfDay[slot]!;
  }
  tables.hoursSeen = hours;
  addSums(tables, input);
  addSets(tables, input);
}

function addSums(tables: DayTables, { layout, batch, scratch, rows, length }: ApplyRowsInput): void {
  const { contributions, masks } = scratch;
  contribute({ lanes: layout.lanes, numbers: batch.numbers, masks, rows, length }, contributions);
  // The day's sum of absolute values bounds every cell of every rollup, so that cells need no guard of their own.
  for (let lane = 0; lane < tables.bounds.length; lane++) {
    const more = contributions.absolute[lane]!;
    tables.bounds[lane] = sum.add(tables.bounds[lane]!, more, layout.laneNames[lane]!);
  }
  for (let i = 0; i < layout.rollups.length; i++) {
    const { grouping, slice, lanes } = layout.rollups[i]!;
    if (lanes.length === 0) continue;
    const slots = slice === 'minute' ? scratch.minute : scratch.hour;
    const keys =
      grouping.kind === 'axis'
        ? scratch.keys[grouping.axis]!
        : grouping.kind === 'hour_of_day'
          ? scratch.hourOfDay
          : null;
    const keyCount = grouping.kind === 'axis' ? tables.keys[grouping.axis]!.size : HOURS_OF_DAY;
    sumCells(tables.cells[i]!, { contributions, lanes, keys, keyCount, slots, cells: scratch.positions });
  }
}

function addSets(tables: DayTables, { layout, batch, scratch, rows, length }: ApplyRowsInput): void {
  const { masks, selected, minute, hour } = scratch;
  for (let i = 0; i < layout.sets.length; i++) {
    const set = layout.sets[i]!;
    const bit = 1 << set.predicate;
    let kept = 0;
    for (let at = 0; at < length; at++) {
      const row = rows[at]!;
      selected[kept] = row;
      kept += (masks[row]! & bit) === 0 ? 0 : 1;
    }
    if (kept === 0) continue;
    countDistinct(tables.sets[i]!, {
      ids: columnOf(batch.ids, set.column),
      rows: selected,
      length: kept,
      minute,
      hour,
      hourOfDay: tables.day.hourOfDay,
      axes: set.axes.map((axis) => ({ keys: scratch.keys[axis]!, keyCount: tables.keys[axis]!.size })),
      scratch: scratch.positions,
      pending: scratch.pending,
    });
  }
}
