import { powerOfTwo } from './grow.ts';

/** What {@link claim} says about an event. */
export const FRESH = 0;
export const DUPLICATE = 1;
export const CONFLICT = 2;

/** Lanes of an entry: four of the id, two of the payload's hash, ms since the day's start, state. Half a cache line. */
const STRIDE = 8;
const EMPTY = 0;
const APPLIED = 1;
/** The right payload of a conflicting id, known from an earlier pass, that has not come yet. */
const RESERVED = 2;
/** Fullest that the table gets before it doubles. */
const LOAD = 0.6;

/** The event ids of one business day, each with the payload that was applied. Open addressing, linear probing. */
export interface DedupTable {
  slots: Uint32Array;
  mask: number;
  size: number;
  /** Entry that the last call of {@link claim} found or made: an offset into `slots`, until the next growth. */
  at: number;
}

export interface DedupSnapshot {
  readonly slots: Uint32Array;
  readonly size: number;
}

/** An empty table with room for `expected` ids. */
export function createDedupTable(expected = 256): DedupTable {
  const capacity = powerOfTwo(Math.max(64, Math.ceil(expected / LOAD)));
  return { slots: new Uint32Array(capacity * STRIDE), mask: capacity - 1, size: 0, at: 0 };
}

/** Makes room for `more` ids, so that no call of {@link claim} for them moves the table. */
export function reserveDedup(table: DedupTable, more: number): void {
  const capacity = powerOfTwo(Math.ceil((table.size + more) / LOAD));
  if (capacity <= table.mask + 1) return;
  const old = table.slots;
  const slots = new Uint32Array(capacity * STRIDE);
  const mask = capacity - 1;
  const wrap = slots.length - 1;
  for (let from = 0; from < old.length; from += STRIDE) {
    if (old[from + 7] === EMPTY) continue;
    let to = (old[from]! & mask) * STRIDE;
    while (slots[to + 7] !== EMPTY) to = (to + STRIDE) & wrap;
    for (let lane = 0; lane < STRIDE; lane++) slots[to + lane] = old[from + lane]!;
  }
  table.slots = slots;
  table.mask = mask;
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
  const { slots, mask } = table;
  const wrap = slots.length - 1;
  let at = (id0 & mask) * STRIDE;
  for (;;) {
    const state = slots[at + 7]!;
    if (state === EMPTY) {
      slots[at] = id0;
      slots[at + 1] = id1;
      slots[at + 2] = id2;
      slots[at + 3] = id3;
      slots[at + 4] = payloadHi;
      slots[at + 5] = payloadLo;
      slots[at + 6] = timeInDay;
      slots[at + 7] = APPLIED;
      table.size++;
      table.at = at;
      return FRESH;
    }
    if (slots[at] === id0 && slots[at + 1] === id1 && slots[at + 2] === id2 && slots[at + 3] === id3) {
      table.at = at;
      if (slots[at + 4] !== payloadHi || slots[at + 5] !== payloadLo) return CONFLICT;
      if (slots[at + 6] !== timeInDay) return CONFLICT;
      if (state === APPLIED) return DUPLICATE;
      slots[at + 7] = APPLIED;
      return FRESH;
    }
    at = (at + STRIDE) & wrap;
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
    table.slots[table.at + 7] = RESERVED;
  }
}

/** Payload hash (hi, lo) and ms since the day's start of the entry at `at`. */
export function entryAt(table: DedupTable, at: number): readonly [number, number, number] {
  const { slots } = table;
  return [slots[at + 4]!, slots[at + 5]!, slots[at + 6]!];
}

export function snapshotDedup(table: DedupTable): DedupSnapshot {
  return { slots: table.slots.slice(), size: table.size };
}

export function restoreDedup({ slots, size }: DedupSnapshot): DedupTable {
  return { slots: slots.slice(), mask: slots.length / STRIDE - 1, size, at: 0 };
}
