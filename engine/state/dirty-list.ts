import { grow } from './grow.ts';

/** The cells that changed since they were last taken, each once. */
export interface DirtyList {
  /** One flag per cell. */
  flags: Uint8Array;
  cells: Int32Array;
  size: number;
}

export function createDirtyList(): DirtyList {
  return { flags: new Uint8Array(64), cells: new Int32Array(64), size: 0 };
}

/** Marks a cell as changed. */
export function markDirty(list: DirtyList, cell: number): void {
  if (list.flags.length <= cell) list.flags = grow(list.flags, cell + 1);
  if (list.flags[cell] !== 0) return;
  list.flags[cell] = 1;
  if (list.cells.length <= list.size) list.cells = grow(list.cells, list.size + 1);
  list.cells[list.size++] = cell;
}

/** The changed cells in ascending order; the list is empty afterwards. */
export function takeDirty(list: DirtyList): Int32Array {
  const taken = list.cells.slice(0, list.size).sort();
  for (const cell of taken) list.flags[cell] = 0;
  list.size = 0;
  return taken;
}
