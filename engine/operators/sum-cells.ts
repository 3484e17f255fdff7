import { type CellTable, openPage } from '../state/cell-table.ts';
import { markDirty } from '../state/dirty-list.ts';

/** Rows that contribute to sums, with `lanes` values per position: what each metric gets of the row, 0 for nothing. */
export interface Contributions {
  readonly rows: Int32Array;
  length: number;
  readonly lanes: number;
  values: Float64Array;
}

export interface SumCellsInput {
  readonly contributions: Contributions;
  /** Which lanes of the contributions the table's lanes are. */
  readonly lanes: Int32Array;
  /** Key number by row; null: everything has key 0. */
  readonly keys: Int32Array | null;
  readonly keyCount: number;
  /** Slot by row: minutes for pages of 60, else hours. */
  readonly slots: Uint16Array | Uint8Array;
}

/** Adds contributions to the cells of one rollup. */
export function sumCells(table: CellTable, input: SumCellsInput): void {
  const { keys, keyCount, slots, lanes } = input;
  const { rows, length, values: given, lanes: givenLanes } = input.contributions;
  const { slotsPerPage, pageOf, dirty } = table;
  const width = table.lanes;
  let { values, touched } = table;
  for (let i = 0; i < length; i++) {
    const row = rows[i]!;
    const slot = slots[row]!;
    const block = slotsPerPage === 1 ? slot : (slot / slotsPerPage) | 0;
    const key = keys === null ? 0 : keys[row]!;
    const pages = pageOf[block]!;
    let page = key < pages.length ? pages[key]! : 0;
    if (page === 0) {
      page = openPage(table, key, block, keyCount);
      values = table.values;
      touched = table.touched;
    }
    const cell = (page - 1) * slotsPerPage + (slot - block * slotsPerPage);
    const base = cell * width;
    const from = i * givenLanes;
    for (let lane = 0; lane < width; lane++) values[base + lane]! += given[from + lanes[lane]!]!;
    touched[cell] = 1;
    if (dirty !== null) markDirty(dirty, cell);
  }
}
