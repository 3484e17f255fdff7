import { createDirtyList, type DirtyList } from './dirty-list.ts';
import { grow } from './grow.ts';

/**
 * Sums per (key, slot) of one rollup and day, in pages: a page belongs to one key and block and holds
 * `slotsPerPage` cells (60 minutes, or one hour) of `lanes` Float64 values each, so that a key costs only
 * the hours in which it occurs.
 */
export interface CellTable {
  readonly lanes: number;
  readonly slotsPerPage: number;
  /** Blocks of a day. */
  readonly blocks: number;
  /** Per block: key → page + 1, 0 where there is none. By block, as events mostly come in order of time. */
  readonly pageOf: Int32Array[];
  /** Page → key × blocks + block. */
  owners: Int32Array;
  pages: number;
  values: Float64Array;
  /** 1 for each cell that an event contributed to; pages of one cell are only opened for one that was. */
  touched: Uint8Array;
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
  readonly owners: Int32Array;
  readonly values: Float64Array;
  readonly touched: Uint8Array;
}

export function createCellTable({ lanes, slotsPerPage, blocks, trackChanges }: CellTableOptions): CellTable {
  return {
    lanes,
    slotsPerPage,
    blocks,
    pageOf: Array.from({ length: blocks }, () => new Int32Array(0)),
    owners: new Int32Array(4),
    pages: 0,
    values: new Float64Array(4 * slotsPerPage * lanes),
    touched: new Uint8Array(slotsPerPage === 1 ? 0 : 4 * slotsPerPage),
    dirty: trackChanges ? createDirtyList() : null,
  };
}

/** Opens the page of a key and block that have none, where there are `keyCount` keys; returns page + 1. */
export function openPage(table: CellTable, key: number, block: number, keyCount: number): number {
  const page = table.pages++;
  table.owners = grow(table.owners, page + 1);
  table.owners[page] = key * table.blocks + block;
  table.values = grow(table.values, (page + 1) * table.slotsPerPage * table.lanes);
  if (table.slotsPerPage > 1) table.touched = grow(table.touched, (page + 1) * table.slotsPerPage);
  const pages = grow(table.pageOf[block]!, keyCount);
  table.pageOf[block] = pages;
  pages[key] = page + 1;
  return page + 1;
}

/** All cells that an event contributed to. */
export function touchedCells(table: CellTable): Int32Array {
  const most = table.pages * table.slotsPerPage;
  const cells = new Int32Array(most);
  let size = 0;
  const all = table.slotsPerPage === 1;
  for (let cell = 0; cell < most; cell++) if (all || table.touched[cell] !== 0) cells[size++] = cell;
  return cells.subarray(0, size);
}

export function snapshotCells(table: CellTable): CellTableSnapshot {
  const { lanes, slotsPerPage, blocks, pages } = table;
  return {
    options: { lanes, slotsPerPage, blocks, trackChanges: table.dirty !== null },
    owners: table.owners.slice(0, pages),
    values: table.values.slice(0, pages * slotsPerPage * lanes),
    touched: table.touched.slice(0, pages * slotsPerPage),
  };
}

export function restoreCells({ options, owners, values, touched }: CellTableSnapshot): CellTable {
  const table = createCellTable(options);
  for (const owner of owners) {
    const key = Math.floor(owner / table.blocks);
    openPage(table, key, owner % table.blocks, key + 1);
  }
  table.values.set(values);
  table.touched.set(touched);
  return table;
}
