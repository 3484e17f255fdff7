import { type CellTable, openPage } from '../state/cell-table.ts';
import { markDirty } from '../state/dirty-list.ts';

/** Rows that contribute to sums, with `lanes` values per position: what each metric gets of the row, 0 for nothing. */
export interface Contributions {
  readonly rows: Int32Array;
  length: number;
  readonly lanes: number;
  values: Float64Array;
  /** Per lane the sum of absolute values: no cell grows by more. */
  readonly absolute: Float64Array;
}

export interface SumCellsInput {
  readonly contributions: Contributions;
  /** Which lanes of the contributions the table's lanes are. */
  readonly lanes: Int32Array;
  /** Key number by row; null: everything has key 0. */
  readonly keys: Int32Array | null;
  readonly keyCount: number;
  /** Slot by row: minutes for pages of 60, else hours. */
  readonly slots: Uint16Array;
  /** Room for the cell of each contribution. */
  readonly cells: Int32Array;
}

/** Adds contributions to the cells of one rollup. */
export function sumCells(table: CellTable, input: SumCellsInput): void {
  const { cells, lanes } = input;
  const { rows, length, values: given, lanes: givenLanes } = input.contributions;
  findCells(table, input, rows, length);
  const { values, touched, slotsPerPage, dirty, lanes: width } = table;
  // Rollups mostly keep all lanes, in order.
  const whole = width === givenLanes && lanes.every((lane, i) => lane === i);
  if (whole) {
    for (let i = 0; i < length; i++) {
      const base = cells[i]! * width;
      const from = i * width;
      for (let lane = 0; lane < width; lane++) values[base + lane]! += given[from + lane]!;
    }
  } else {
    for (let i = 0; i < length; i++) {
      const base = cells[i]! * width;
      const from = i * givenLanes;
      for (let lane = 0; lane < width; lane++) values[base + lane]! += given[from + lanes[lane]!]!;
    }
  }
  if (slotsPerPage > 1) for (let i = 0; i < length; i++) touched[cells[i]!] = 1;
  if (dirty !== null) for (let i = 0; i < length; i++) markDirty(dirty, cells[i]!);
}

/** Writes the cell of each contribution, opening pages where there are none. */
function findCells(table: CellTable, input: SumCellsInput, rows: Int32Array, length: number): void {
  const { keys, keyCount, slots, cells } = input;
  const { slotsPerPage, pageOf } = table;
  for (let i = 0; i < length; i++) {
    const row = rows[i]!;
    const slot = slots[row]!;
    const block = slotsPerPage === 1 ? slot : (slot / slotsPerPage) | 0;
    const key = keys === null ? 0 : keys[row]!;
    const pages = pageOf[block]!;
    let page = key < pages.length ? pages[key]! : 0;
    if (page === 0) page = openPage(table, key, block, keyCount);
    cells[i] = (page - 1) * slotsPerPage + (slot - block * slotsPerPage);
  }
}
