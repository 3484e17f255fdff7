import { type CellTable, keepCells, openCell, reserveCells } from '../state/cell-table.ts';
import { markDirty } from '../state/dirty-list.ts';

/** What is added to one lane of a table: a value per position, or one for each where `values` is null. */
export interface Addend {
  readonly lane: number;
  readonly values: Float64Array | null;
}

/** Events by position 0 … length−1. */
export interface SumCellsInput {
  readonly length: number;
  /** Key number by position; null: everything has key 0. */
  readonly keys: Int32Array | null;
  /** Slot by position: minutes for pages of 60, else hours. */
  readonly slots: Uint16Array;
  readonly addends: readonly Addend[];
  /** Room for the cell of each event. */
  readonly cells: Int32Array;
}

/** Adds events to the cells of one rollup. */
export function sumCells(table: CellTable, input: SumCellsInput): void {
  const { length, keys, slots, cells, addends } = input;
  reserveCells(table, length);
  if (table.slotsPerPage === 1) findCells(table, keys, slots, length, cells);
  else findCellsByPage(table, keys, slots, length, cells);
  keepCells(table, cells, length);
  const { lanes, values, dirty } = table;
  for (let i = 0; i < addends.length; i++) {
    const { lane, values: column } = addends[i]!;
    if (column === null) addOnes(values, lanes, lane, cells, length);
    else addValues(values, lanes, lane, cells, column, length);
  }
  if (dirty !== null) for (let i = 0; i < length; i++) markDirty(dirty, cells[i]!);
}

/** Where pages have one slot they are the cells. */
function findCells(
  table: CellTable,
  keys: Int32Array | null,
  slots: Uint16Array,
  length: number,
  cells: Int32Array,
): void {
  const { pageOf } = table;
  for (let i = 0; i < length; i++) {
    const slot = slots[i]!;
    const key = keys === null ? 0 : keys[i]!;
    const pages = pageOf[slot]!;
    const page = key < pages.length ? pages[key]! : 0;
    cells[i] = page !== 0 ? page - 1 : openCell(table, key, slot);
  }
}

function findCellsByPage(
  table: CellTable,
  keys: Int32Array | null,
  slots: Uint16Array,
  length: number,
  cells: Int32Array,
): void {
  const { slotsPerPage, pageOf } = table;
  for (let i = 0; i < length; i++) {
    const slot = slots[i]!;
    const key = keys === null ? 0 : keys[i]!;
    const block = (slot / slotsPerPage) | 0;
    const pages = pageOf[block]!;
    const page = key < pages.length ? pages[key]! : 0;
    const cell = page === 0 ? 0 : table.cellOf[(page - 1 - block) * slotsPerPage + slot]!;
    cells[i] = cell !== 0 ? cell - 1 : openCell(table, key, slot);
  }
}

function addValues(
  sums: Float64Array,
  lanes: number,
  lane: number,
  cells: Int32Array,
  values: Float64Array,
  length: number,
): void {
  for (let i = 0; i < length; i++) sums[cells[i]! * lanes + lane]! += values[i]!;
}

function addOnes(sums: Float64Array, lanes: number, lane: number, cells: Int32Array, length: number): void {
  for (let i = 0; i < length; i++) sums[cells[i]! * lanes + lane]! += 1;
}
