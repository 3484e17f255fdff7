import { createDirtyList, type DirtyList, markDirty, takeDirty } from './dirty-list.ts';
import { grow } from './grow.ts';
import type { LentArray } from './lent-array.ts';
import type { Holding, Lent } from './loan.ts';

/**
 * Sums per (key, slot) of one rollup and day. Cells are numbered as events open them and lie side by side, `lanes`
 * Float64 values each. A page belongs to one key and block (60 minutes, or one hour) and tells the cell of each of
 * its slots, so that a key costs only the cells in which it occurs.
 */
export interface CellTable {
  readonly lanes: number;
  readonly slotsPerPage: number;
  /** Blocks of a day. */
  readonly blocks: number;
  /** Per block: key → page + 1, 0 where there is none. By block, as events mostly come in order of time. */
  readonly pageOf: Int32Array[];
  pages: number;
  /** Page × slotsPerPage + slot within it → cell + 1; 0 where no event contributed. Pages of one slot are cells. */
  cellOf: Int32Array;
  /** Number of cells. */
  size: number;
  /** Key and slot of each cell. */
  keys: Uint32Array;
  slots: Uint16Array;
  values: Float64Array;
  /** Values that a snapshot reads: see {@link keepCells}. */
  lent: LentArray<Float64Array> | null;
  /** Live only. */
  readonly dirty: DirtyList | null;
}

export interface CellTableOptions {
  readonly lanes: number;
  readonly slotsPerPage: number;
  readonly blocks: number;
  readonly trackChanges: boolean;
}

export interface CellTableSnapshot {
  readonly options: CellTableOptions;
  readonly keys: Uint32Array;
  readonly slots: Uint16Array;
  readonly values: Float64Array;
}

export function createCellTable({ lanes, slotsPerPage, blocks, trackChanges }: CellTableOptions): CellTable {
  return {
    lanes,
    slotsPerPage,
    blocks,
    pageOf: Array.from({ length: blocks }, () => new Int32Array(0)),
    pages: 0,
    cellOf: new Int32Array(0),
    size: 0,
    keys: new Uint32Array(0),
    slots: new Uint16Array(0),
    values: new Float64Array(0),
    lent: null,
    dirty: trackChanges ? createDirtyList() : null,
  };
}

/** Forgets all cells and keeps the room. */
export function clearCells(table: CellTable): void {
  for (const pages of table.pageOf) pages.fill(0);
  table.cellOf.fill(0, 0, table.pages * table.slotsPerPage);
  table.values.fill(0, 0, table.size * table.lanes);
  table.pages = 0;
  table.size = 0;
  if (table.dirty !== null) takeDirty(table.dirty);
}

/** Makes room for `more` cells, so that {@link openCell} moves none. */
export function reserveCells(table: CellTable, more: number): void {
  const size = table.size + more;
  table.keys = grow(table.keys, size);
  table.slots = grow(table.slots, size);
  table.values = grow(table.values, size * table.lanes);
}

/** The cell of a key and slot, opened where there is none; room was made by {@link reserveCells}. */
export function openCell(table: CellTable, key: number, slot: number): number {
  const { slotsPerPage, pageOf } = table;
  const block = (slot / slotsPerPage) | 0;
  let pages = pageOf[block]!;
  if (key >= pages.length) {
    // Keys of the block before mostly come again.
    const before = pageOf[block - 1]?.length ?? 0;
    pages = grow(pages, Math.max(16, key + 1, before));
    pageOf[block] = pages;
  }
  if (pages[key] === 0) {
    pages[key] = ++table.pages;
    if (slotsPerPage === 1) return addCell(table, key, slot);
    table.cellOf = grow(table.cellOf, table.pages * slotsPerPage);
  }
  const page = pages[key]! - 1;
  if (slotsPerPage === 1) return page;
  const at = (page - block) * slotsPerPage + slot;
  if (table.cellOf[at] === 0) table.cellOf[at] = addCell(table, key, slot) + 1;
  return table.cellOf[at]! - 1;
}

function addCell(table: CellTable, key: number, slot: number): number {
  table.keys[table.size] = key;
  table.slots[table.size] = slot;
  return table.size++;
}

/** Says which cells are about to change, where a snapshot reads them. */
export function keepCells({ lent, lanes }: CellTable, cells: Int32Array, length: number): void {
  if (lent === null) return;
  for (let i = 0; i < length; i++) lent.keep(cells[i]! * lanes, (cells[i]! + 1) * lanes);
}

/** Key and slot of a cell stay what they are; its values don't. */
export function snapshotCells(table: CellTable, holding: Holding): Lent<CellTableSnapshot> {
  const { lanes, slotsPerPage, blocks, size } = table;
  return {
    options: { lanes, slotsPerPage, blocks, trackChanges: table.dirty !== null },
    keys: holding.settled(table.keys, size),
    slots: holding.settled(table.slots, size),
    values: holding.changing(table, table.values, size * lanes),
  };
}

/** Takes the snapshot's arrays over. Every cell of the restored table counts as changed. */
export function restoreCells({ options, keys, slots, values }: CellTableSnapshot): CellTable {
  const table: CellTable = { ...createCellTable(options), keys, slots, values };
  for (let cell = 0; cell < keys.length; cell++) openCell(table, keys[cell]!, slots[cell]!);
  if (table.dirty) for (let cell = 0; cell < table.size; cell++) markDirty(table.dirty, cell);
  return table;
}
