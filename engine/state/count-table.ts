import { createDirtyList, type DirtyList, markDirty, takeDirty } from './dirty-list.ts';
import { grow } from './grow.ts';
import type { LentArray } from './lent-array.ts';
import type { Holding, Lent } from './loan.ts';

/**
 * Distinct counts of one metric by the keys of one dimension, over one day: per key the day's count, then
 * one count per hour slot.
 */
export interface CountTable {
  /** 1 + hour slots of the day. */
  readonly stride: number;
  counts: Uint32Array;
  /** Counts that a snapshot reads. */
  lent: LentArray<Uint32Array> | null;
  /** Live only. */
  readonly dirty: DirtyList | null;
}

export interface CountTableSnapshot {
  readonly stride: number;
  readonly counts: Uint32Array;
  readonly trackChanges: boolean;
}

export function createCountTable(hours: number, trackChanges: boolean): CountTable {
  const stride = 1 + hours;
  const dirty = trackChanges ? createDirtyList() : null;
  return { stride, counts: new Uint32Array(stride), lent: null, dirty };
}

/** Sets all counts to zero and keeps the room. */
export function clearCounts({ counts, dirty }: CountTable): void {
  counts.fill(0);
  if (dirty !== null) takeDirty(dirty);
}

/** Makes room for keys below `keys`. */
export function reserveCounts(table: CountTable, keys: number): void {
  table.counts = grow(table.counts, keys * table.stride);
}

/** One more id in an hour of a key. */
export function countInHour(table: CountTable, key: number, hour: number): void {
  const cell = key * table.stride + 1 + hour;
  if (table.lent !== null) table.lent.keep(cell, cell + 1);
  table.counts[cell]!++;
  if (table.dirty !== null) markDirty(table.dirty, cell);
}

/** One more id in the day of a key. */
export function countInDay(table: CountTable, key: number): void {
  const cell = key * table.stride;
  if (table.lent !== null) table.lent.keep(cell, cell + 1);
  table.counts[cell]!++;
  if (table.dirty !== null) markDirty(table.dirty, cell);
}

/** All cells of keys below `keys` that are not zero, ascending. */
export function countedCells({ counts, stride }: CountTable, keys: number): Int32Array {
  const end = Math.min(counts.length, keys * stride);
  let size = 0;
  for (let cell = 0; cell < end; cell++) size += counts[cell] === 0 ? 0 : 1;
  const cells = new Int32Array(size);
  for (let cell = 0, at = 0; at < size; cell++) if (counts[cell] !== 0) cells[at++] = cell;
  return cells;
}

export function snapshotCounts(table: CountTable, holding: Holding): Lent<CountTableSnapshot> {
  const { stride, counts, dirty } = table;
  return { stride, counts: holding.changing(table, counts, counts.length), trackChanges: dirty !== null };
}

/** Takes the snapshot's array over. Every count of the restored table counts as changed. */
export function restoreCounts({ stride, counts, trackChanges }: CountTableSnapshot): CountTable {
  const table = createCountTable(stride - 1, trackChanges);
  table.counts = counts;
  const { dirty } = table;
  if (dirty) for (const cell of countedCells(table, counts.length)) markDirty(dirty, cell);
  return table;
}
