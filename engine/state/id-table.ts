import { grow, powerOfTwo } from './grow.ts';
import type { LentArray } from './lent-array.ts';
import type { Holding, Lent } from './loan.ts';

/** Lanes of an index slot: the id's low word as a tag, and its number + 1. */
const SLOT = 2;
const LOAD = 0.5;

/** First lanes of every record. */
export const REC_HI = 0;
export const REC_LO = 1;

/**
 * Numbers 64-bit ids 0, 1, 2, … and keeps a record of `stride` words per id, whose first two words are the id.
 * The index is open addressing with linear probing over (low word, number), so that a probe touches
 * a record only where the tag fits. Ids are hashes, hence spread by their low word.
 */
export interface IdTable {
  readonly stride: number;
  index: Uint32Array;
  mask: number;
  records: Uint32Array;
  size: number;
  /** Records that a snapshot reads: whoever changes one keeps it before. */
  lent: LentArray<Uint32Array> | null;
  /** Where a reader leaves what it read ahead; without meaning. */
  touched: number;
}

export interface IdTableSnapshot {
  readonly stride: number;
  readonly records: Uint32Array;
}

/** An empty table with room for `expected` ids. */
export function createIdTable(stride: number, expected = 64): IdTable {
  const capacity = powerOfTwo(Math.max(64, Math.ceil(expected / LOAD)));
  return {
    stride,
    index: new Uint32Array(capacity * SLOT),
    mask: capacity - 1,
    records: new Uint32Array(Math.max(16, expected) * stride),
    size: 0,
    lent: null,
    touched: 0,
  };
}

/** Forgets all ids and keeps the room. */
export function clearIds(table: IdTable): void {
  table.index.fill(0);
  table.records.fill(0, 0, table.size * table.stride);
  table.size = 0;
}

/** Makes room for `more` ids, so that no call of {@link recordOf} for them moves the table. */
export function reserveIds(table: IdTable, more: number): void {
  const size = table.size + more;
  table.records = grow(table.records, size * table.stride);
  const capacity = powerOfTwo(Math.ceil(size / LOAD));
  if (capacity <= table.mask + 1) return;
  const old = table.index;
  const index = new Uint32Array(capacity * SLOT);
  const mask = capacity - 1;
  for (let from = 0; from < old.length; from += SLOT) {
    if (old[from + 1] === 0) continue;
    let to = (old[from]! & mask) * SLOT;
    while (index[to + 1] !== 0) to = (to + SLOT) & (mask * SLOT + 1);
    index[to] = old[from]!;
    index[to + 1] = old[from + 1]!;
  }
  table.index = index;
  table.mask = mask;
}

/** Offset of the id's record in `records`; a new id gets the next one, all zero behind the id. */
export function recordOf(table: IdTable, hi: number, lo: number): number {
  const { index, records, stride } = table;
  const wrap = table.mask * SLOT + 1;
  let at = (lo & table.mask) * SLOT;
  for (;;) {
    const number = index[at + 1]!;
    if (number === 0) {
      const record = table.size * stride;
      index[at] = lo;
      index[at + 1] = ++table.size;
      records[record + REC_HI] = hi;
      records[record + REC_LO] = lo;
      return record;
    }
    if (index[at] === lo) {
      const record = (number - 1) * stride;
      if (records[record + REC_HI] === hi) return record;
    }
    at = (at + SLOT) & wrap;
  }
}

export function snapshotIds(table: IdTable, holding: Holding): Lent<IdTableSnapshot> {
  const { stride, records, size } = table;
  return { stride, records: holding.changing(table, records, size * stride) };
}

/** Takes the snapshot's array over. */
export function restoreIds({ stride, records }: IdTableSnapshot): IdTable {
  const size = records.length / stride;
  const capacity = powerOfTwo(Math.max(64, Math.ceil(size / LOAD)));
  const index = new Uint32Array(capacity * SLOT);
  const mask = capacity - 1;
  const wrap = index.length - 1;
  for (let number = 1, at = REC_LO; number <= size; number++, at += stride) {
    const tag = records[at]!;
    let to = (tag & mask) * SLOT;
    while (index[to + 1] !== 0) to = (to + SLOT) & wrap;
    index[to] = tag;
    index[to + 1] = number;
  }
  return { stride, index, mask, records, size, lent: null, touched: 0 };
}
