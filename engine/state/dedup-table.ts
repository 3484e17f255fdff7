import { grow, powerOfTwo } from './grow.ts';
import type { LentArray } from './lent-array.ts';
import type { Holding, Lent } from './loan.ts';

/** What {@link claim} says about an event. */
export const FRESH = 0;
export const DUPLICATE = 1;
export const CONFLICT = 2;

/** Lanes of an index slot: the id's first word as a tag, and the entry's number + 1. */
const SLOT = 2;
const LOAD = 0.6;
/** Lanes of an entry: four of the id, two of the payload's hash, ms since the day's start, state. */
const ENTRY = 8;
const APPLIED = 1;
/** The right payload of a conflicting id, known from an earlier pass, that has not come yet. */
const RESERVED = 2;

/**
 * The event ids of one business day, each with the payload that was applied. The index is open addressing with
 * linear probing; entries lie in order of arrival, so that a new id costs one cache miss in a small index and a
 * write to the end of a list.
 */
export interface DedupTable {
  index: Uint32Array;
  mask: number;
  entries: Uint32Array;
  size: number;
  /** Offset of the entry that the last call of {@link claim} found or made. */
  at: number;
  /** Entries that a snapshot reads: they only change where they were reserved. */
  lent: LentArray<Uint32Array> | null;
  /** Where {@link touchDedup} leaves what it read; without meaning. */
  touched: number;
}

export interface DedupSnapshot {
  readonly entries: Uint32Array;
}

/** An empty table with room for `expected` ids. */
export function createDedupTable(expected = 64): DedupTable {
  const capacity = powerOfTwo(Math.max(64, Math.ceil(expected / LOAD)));
  return {
    index: new Uint32Array(capacity * SLOT),
    mask: capacity - 1,
    entries: new Uint32Array(Math.max(64, expected) * ENTRY),
    size: 0,
    at: 0,
    lent: null,
    touched: 0,
  };
}

/** Forgets all ids and keeps the room. */
export function clearDedup(table: DedupTable): void {
  table.index.fill(0);
  table.size = 0;
}

/** Makes room for `more` ids, so that no call of {@link claim} for them moves the table. */
export function reserveDedup(table: DedupTable, more: number): void {
  table.entries = grow(table.entries, (table.size + more) * ENTRY);
  const capacity = powerOfTwo(Math.ceil((table.size + more) / LOAD));
  if (capacity <= table.mask + 1) return;
  const old = table.index;
  const index = new Uint32Array(capacity * SLOT);
  const mask = capacity - 1;
  const wrap = index.length - 1;
  for (let from = 0; from < old.length; from += SLOT) {
    if (old[from + 1] === 0) continue;
    let to = (old[from]! & mask) * SLOT;
    while (index[to + 1] !== 0) to = (to + SLOT) & wrap;
    index[to] = old[from]!;
    index[to + 1] = old[from + 1]!;
  }
  table.index = index;
  table.mask = mask;
}

/**
 * Reads the index entry of every row's id before any is needed: independent cache misses overlap, where those of
 * one {@link claim} after the other would each be waited for. The result is kept so that the compiler
 * keeps the reads.
 */
export function touchDedup(table: DedupTable, id0: Uint32Array, rows: Int32Array, length: number): void {
  const { index, mask } = table;
  let seen = 0;
  for (let i = 0; i < length; i++) seen |= index[(id0[rows[i]!]! & mask) * SLOT]!;
  table.touched = seen;
}

/**
 * Enters an event: `FRESH` when it is to be applied, `DUPLICATE` when its id and payload were, `CONFLICT`
 * when its id has (or, where reserved, must have) another payload. Room was made by {@link reserveDedup}.
 */
export function claim(
  table: DedupTable,
  id0: number,
  id1: number,
  id2: number,
  id3: number,
  payloadHi: number,
  payloadLo: number,
  timeInDay: number,
): number {
  const { index, entries } = table;
  const wrap = index.length - 1;
  let slot = (id0 & table.mask) * SLOT;
  for (;;) {
    const number = index[slot + 1]!;
    if (number === 0) {
      const at = table.size * ENTRY;
      index[slot] = id0;
      index[slot + 1] = ++table.size;
      entries[at] = id0;
      entries[at + 1] = id1;
      entries[at + 2] = id2;
      entries[at + 3] = id3;
      entries[at + 4] = payloadHi;
      entries[at + 5] = payloadLo;
      entries[at + 6] = timeInDay;
      entries[at + 7] = APPLIED;
      table.at = at;
      return FRESH;
    }
    if (index[slot] === id0) {
      const at = (number - 1) * ENTRY;
      if (entries[at + 1] === id1 && entries[at + 2] === id2 && entries[at + 3] === id3) {
        table.at = at;
        if (entries[at + 4] !== payloadHi || entries[at + 5] !== payloadLo) return CONFLICT;
        if (entries[at + 6] !== timeInDay) return CONFLICT;
        if (entries[at + 7] === APPLIED) return DUPLICATE;
        if (table.lent !== null) table.lent.keep(at + 7, at + 8);
        entries[at + 7] = APPLIED;
        return FRESH;
      }
    }
    slot = (slot + SLOT) & wrap;
  }
}

/** Enters the right payload of an id before any of its events: only that one will be applied. */
export function reserveWinner(
  table: DedupTable,
  id: readonly [number, number, number, number],
  payload: readonly [number, number],
  timeInDay: number,
): void {
  reserveDedup(table, 1);
  if (claim(table, id[0], id[1], id[2], id[3], payload[0], payload[1], timeInDay) === FRESH) {
    table.entries[table.at + 7] = RESERVED;
  }
}

/** Payload hash (hi, lo) and ms since the day's start of the entry at `at`. */
export function entryAt({ entries }: DedupTable, at: number): readonly [number, number, number] {
  return [entries[at + 4]!, entries[at + 5]!, entries[at + 6]!];
}

export function snapshotDedup(table: DedupTable, holding: Holding): Lent<DedupSnapshot> {
  return { entries: holding.changing(table, table.entries, table.size * ENTRY) };
}

/** Takes the snapshot's array over. */
export function restoreDedup({ entries }: DedupSnapshot): DedupTable {
  const size = entries.length / ENTRY;
  const capacity = powerOfTwo(Math.max(64, Math.ceil(size / LOAD)));
  const index = new Uint32Array(capacity * SLOT);
  const mask = capacity - 1;
  const wrap = index.length - 1;
  for (let number = 1, at = 0; number <= size; number++, at += ENTRY) {
    const tag = entries[at]!;
    let to = (tag & mask) * SLOT;
    while (index[to + 1] !== 0) to = (to + SLOT) & wrap;
    index[to] = tag;
    index[to + 1] = number;
  }
  return { index, mask, entries, size, at: 0, lent: null, touched: 0 };
}
