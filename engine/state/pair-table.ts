import { powerOfTwo } from './grow.ts';
import type { LentArray } from './lent-array.ts';
import type { Holding, Lent } from './loan.ts';

/** Lanes of a slot: id number + 1, tag, hours as bits, one to spare (four slots to a cache line). */
export const PAIR = 4;
const LOAD = 0.5;

/**
 * Pairs of (id number, tag), each with a bit per hour slot, for the keys of an id that don't fit into its record.
 * The tag says dimension and key. Open addressing, linear probing.
 */
export interface PairTable {
  slots: Uint32Array;
  mask: number;
  size: number;
  /** Slots that a snapshot reads. */
  lent: LentArray<Uint32Array> | null;
  /** Where {@link touchPair} leaves what it read; without meaning. */
  touched: number;
}

export interface PairTableSnapshot {
  /** Id number + 1, tag and hours of each pair, in any order. */
  readonly pairs: Uint32Array;
}

/** Lanes of a pair that mean something. */
export const TOLD = 3;

export function createPairTable(): PairTable {
  const capacity = 64;
  return { slots: new Uint32Array(capacity * PAIR), mask: capacity - 1, size: 0, lent: null, touched: 0 };
}

/** Forgets all pairs and keeps the room. */
export function clearPairs(table: PairTable): void {
  table.slots.fill(0);
  table.size = 0;
}

function slotOf(number: number, tag: number, mask: number): number {
  let hash = Math.imul(number, 0x9e3779b1) ^ Math.imul(tag, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) & mask) * PAIR;
}

/** Reads a pair's slot ahead of its {@link addPairHour}, so that the cache misses of many pairs overlap. */
export function touchPair(table: PairTable, number: number, tag: number): void {
  table.touched |= table.slots[slotOf(number, tag, table.mask)]!;
}

/** Adds the hour's bit to the pair, and returns the bits that it had before: 0 where it is new. */
export function addPairHour(table: PairTable, number: number, tag: number, bit: number): number {
  if (table.size >= (table.mask + 1) * LOAD) doublePairs(table);
  const { slots, mask } = table;
  const wrap = mask * PAIR + PAIR - 1;
  let at = slotOf(number, tag, mask);
  for (;;) {
    const found = slots[at]!;
    if (found === 0) {
      if (table.lent !== null) table.lent.keep(at, at + PAIR);
      slots[at] = number + 1;
      slots[at + 1] = tag;
      slots[at + 2] = bit;
      table.size++;
      return 0;
    }
    if (found === number + 1 && slots[at + 1] === tag) {
      const before = slots[at + 2]!;
      if (table.lent !== null) table.lent.keep(at, at + PAIR);
      slots[at + 2] = before | bit;
      return before;
    }
    at = (at + PAIR) & wrap;
  }
}

function doublePairs(table: PairTable): void {
  const old = table.slots;
  const capacity = powerOfTwo((table.mask + 1) * 2);
  const slots = new Uint32Array(capacity * PAIR);
  const mask = capacity - 1;
  const wrap = mask * PAIR + PAIR - 1;
  for (let from = 0; from < old.length; from += PAIR) {
    if (old[from] === 0) continue;
    let to = slotOf(old[from]! - 1, old[from + 1]!, mask);
    while (slots[to] !== 0) to = (to + PAIR) & wrap;
    slots[to] = old[from]!;
    slots[to + 1] = old[from + 1]!;
    slots[to + 2] = old[from + 2]!;
  }
  // A snapshot goes on reading the old slots, which nobody changes any more.
  table.lent = null;
  table.slots = slots;
  table.mask = mask;
}

export function snapshotPairs(table: PairTable, holding: Holding): Lent<PairTableSnapshot> {
  const { slots, size } = table;
  return { pairs: holding.changing(table, slots, slots.length, { length: size * TOLD, pick: pickPairs }) };
}

/** Slots that are taken, without the lane to spare. */
function pickPairs(slots: Uint32Array, length: number): number {
  let to = 0;
  for (let from = 0; from < length; from += PAIR) {
    if (slots[from] === 0) continue;
    slots[to] = slots[from]!;
    slots[to + 1] = slots[from + 1]!;
    slots[to + 2] = slots[from + 2]!;
    to += TOLD;
  }
  return to;
}

export function restorePairs({ pairs }: PairTableSnapshot): PairTable {
  const capacity = powerOfTwo(Math.max(64, Math.ceil(pairs.length / TOLD / LOAD)));
  const slots = new Uint32Array(capacity * PAIR);
  const mask = capacity - 1;
  const wrap = mask * PAIR + PAIR - 1;
  for (let from = 0; from < pairs.length; from += TOLD) {
    let to = slotOf(pairs[from]! - 1, pairs[from + 1]!, mask);
    while (slots[to] !== 0) to = (to + PAIR) & wrap;
    slots[to] = pairs[from]!;
    slots[to + 1] = pairs[from + 1]!;
    slots[to + 2] = pairs[from + 2]!;
  }
  return { slots, mask, size: pairs.length / TOLD, lent: null, touched: 0 };
}
