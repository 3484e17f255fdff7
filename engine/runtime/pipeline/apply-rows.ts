import { sum } from '../../aggregates/sum.ts';
import type { Dictionaries } from '../../events/dictionary.ts';
import { columnOf, type EventBatch } from '../../events/event-batch.ts';
import { countDistinct } from '../../operators/count-distinct.ts';
import { groupByMask } from '../../operators/group-by-mask.ts';
import { groupKeys } from '../../operators/group-keys.ts';
import { sumCells } from '../../operators/sum-cells.ts';
import type { BatchScratch } from './batch-scratch.ts';
import type { DayTables } from './day-state.ts';
import type { MaskLayout } from './mask-layout.ts';
import type { PlanLayout } from './plan-layout.ts';

export interface ApplyRowsInput {
  readonly layout: PlanLayout;
  readonly layoutOfMask: (mask: number) => MaskLayout;
  readonly dictionaries: Dictionaries;
  readonly batch: EventBatch;
  readonly scratch: BatchScratch;
  /** Rows of the day that are to be applied. */
  readonly rows: Int32Array;
  readonly length: number;
}

/**
 * Adds rows to all rollups of their day, those of like predicates together: key numbers once per dimension, values
 * once per sum, each identity once per distinct count.
 *
 * @throws GmvError `sum_overflow` when a sum of the day would leave the exact integers.
 */
export function applyRows(tables: DayTables, input: ApplyRowsInput): void {
  const { scratch, rows, length } = input;
  const { groups, masks } = scratch;
  groupByMask(masks, rows, length, groups);
  for (const [group, mask] of groups.masks.entries()) {
    const start = groups.starts[group]!;
    const size = groups.starts[group + 1]! - start;
    gather(tables, input, groups.rows.subarray(start, start + size), size);
    const layoutOfGroup = input.layoutOfMask(mask);
    addSums(tables, input, layoutOfGroup, size);
    addSets(tables, input, layoutOfGroup, size);
  }
}

/** Brings together what the group's events share: slots and key numbers, for every key counts as seen. */
function gather(
  tables: DayTables,
  { layout, dictionaries, batch, scratch }: ApplyRowsInput,
  rows: Int32Array,
  length: number,
): void {
  const { group, minute, hour } = scratch;
  group.rows.set(rows);
  const { hourOfDay } = tables.day;
  let hours = tables.hoursSeen;
  for (let i = 0; i < length; i++) {
    const row = rows[i]!;
    const slot = hour[row]!;
    hours |= 1 << slot;
    group.minute[i] = minute[row]!;
    group.hour[i] = slot;
    group.hourOfDay[i] = hourOfDay[slot]!;
  }
  tables.hoursSeen = hours;
  for (let axis = 0; axis < layout.axes.length; axis++) {
    const { column } = layout.axes[axis]!;
    const { size } = columnOf(dictionaries, column);
    groupKeys(tables.keys[axis]!, columnOf(batch.categories, column), size, rows, length, group.keys[axis]!);
  }
}

function addSums(
  tables: DayTables,
  { layout, batch, scratch: { group } }: ApplyRowsInput,
  { lanes, rollups }: MaskLayout,
  length: number,
): void {
  // The day's sum of absolute values bounds every cell of every rollup, so that cells need no guard of their own.
  for (const lane of lanes) {
    const { column } = layout.lanes[lane]!;
    const values = group.values[lane]!;
    const more =
      column === null ? length : takeValues(columnOf(batch.numbers, column), group.rows, length, values);
    tables.bounds[lane] = sum.add(tables.bounds[lane]!, more, layout.laneNames[lane]!);
  }
  for (const { rollup, addends } of rollups) {
    const { grouping, slice } = layout.rollups[rollup]!;
    sumCells(tables.cells[rollup]!, {
      length,
      keys:
        grouping.kind === 'axis'
          ? group.keys[grouping.axis]!
          : grouping.kind === 'hour_of_day'
            ? group.hourOfDay
            : null,
      slots: slice === 'minute' ? group.minute : group.hour,
      addends: addends.map(({ from, to }) => ({
        lane: to,
        values: layout.lanes[from]!.column === null ? null : group.values[from]!,
      })),
      cells: group.cells,
    });
  }
}

/** Copies the rows' values, 0 for the nulls of a user's own column, and returns the sum of their absolute values. */
function takeValues(column: Float64Array, rows: Int32Array, length: number, out: Float64Array): number {
  let absolute = 0;
  for (let i = 0; i < length; i++) {
    const given = column[rows[i]!]!;
    const value = Number.isNaN(given) ? 0 : given;
    out[i] = value;
    absolute += value < 0 ? -value : value;
  }
  return absolute;
}

function addSets(
  tables: DayTables,
  { layout, batch, scratch: { group } }: ApplyRowsInput,
  { sets }: MaskLayout,
  length: number,
): void {
  for (const index of sets) {
    const { column, axes } = layout.sets[index]!;
    countDistinct(tables.sets[index]!, {
      ids: columnOf(batch.ids, column),
      rows: group.rows,
      length,
      minute: group.minute,
      hour: group.hour,
      hourOfDay: tables.day.hourOfDay,
      axes: axes.map((axis) => ({ keys: group.keys[axis]!, keyCount: tables.keys[axis]!.size })),
      scratch: group.distinct,
    });
  }
}
