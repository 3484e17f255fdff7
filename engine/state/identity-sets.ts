import type { CountTable } from './count-table.ts';
import { type DistinctTable, REC_HOURS, REC_KEYS } from './distinct-table.ts';
import { REC_HI, REC_LO } from './id-table.ts';
import { PAIR } from './pair-table.ts';

/** Per key i the ids counted with it: entries offsets[i] … offsets[i+1]−1, ascending by (hi, lo). */
export interface KeySets {
  readonly offsets: Uint32Array;
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
}

/** Empty sets of the sizes that the day's counts tell, and a cursor per key. */
function setsOf(counts: CountTable, keys: number): KeySets & { next: Uint32Array } {
  const offsets = new Uint32Array(keys + 1);
  for (let key = 0; key < keys; key++) {
    offsets[key + 1] = offsets[key]! + (counts.counts[key * counts.stride] ?? 0);
  }
  const size = offsets[keys]!;
  return { offsets, hi: new Uint32Array(size), lo: new Uint32Array(size), next: offsets.slice(0, keys) };
}

/** The total's one set. */
export function identityOfTotal({ ids }: DistinctTable, order: Uint32Array): KeySets {
  const hi = new Uint32Array(order.length);
  const lo = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    const record = order[i]! * ids.stride;
    hi[i] = ids.records[record + REC_HI]!;
    lo[i] = ids.records[record + REC_LO]!;
  }
  return { offsets: Uint32Array.of(0, order.length), hi, lo };
}

/** Sets by local hour 0 … 23; `hourOfDay` is the local hour of each hour slot. */
export function identityOfHours(
  { ids, byHourOfDay }: DistinctTable,
  order: Uint32Array,
  hourOfDay: readonly number[],
): KeySets {
  if (!byHourOfDay) throw new Error('the table keeps no hours of the day');
  const bits = new Uint32Array(24);
  for (const [slot, hour] of hourOfDay.entries()) bits[hour] = bits[hour]! | (1 << slot);
  const { next, ...sets } = setsOf(byHourOfDay, bits.length);
  const { records, stride } = ids;
  for (let i = 0; i < order.length; i++) {
    const record = order[i]! * stride;
    // Mostly one hour: bit by bit, with both slots of a repeated hour at once.
    for (let hours = records[record + REC_HOURS]!; hours !== 0; ) {
      const hour = hourOfDay[31 - Math.clz32(hours)]!;
      hours &= ~bits[hour]!;
      const at = next[hour]!++;
      sets.hi[at] = records[record + REC_HI]!;
      sets.lo[at] = records[record + REC_LO]!;
    }
  }
  return sets;
}

/** Pairs by id: those of id n have the tags [starts[n], starts[n+1]) of `tags`. */
export interface PairsById {
  readonly starts: Uint32Array;
  readonly tags: Uint32Array;
}

/** Brings the pairs of each id together. */
export function pairsById({ ids, pairs }: DistinctTable): PairsById {
  const starts = new Uint32Array(ids.size + 2);
  const { slots } = pairs;
  for (let at = 0; at < slots.length; at += PAIR) if (slots[at] !== 0) starts[slots[at]! + 1]!++;
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
  const tags = new Uint32Array(pairs.size);
  // Slots hold number + 1, so that filling through starts[number + 1] leaves each start where the next one began.
  for (let at = 0; at < slots.length; at += PAIR) {
    if (slots[at] !== 0) tags[starts[slots[at]!]!++] = slots[at + 1]!;
  }
  return { starts, tags };
}

/**
 * Sets by key number, for each axis that `keyCounts` gives a number of keys (null: not wanted): one pass over
 * the records, as each is a cache miss.
 */
export function identityOfAxes(
  table: DistinctTable,
  order: Uint32Array,
  pairs: PairsById,
  keyCounts: readonly (number | null)[],
): (KeySets | null)[] {
  const { ids, byAxis } = table;
  const axes = byAxis.length;
  const { records, stride } = ids;
  const { starts, tags } = pairs;
  const sets = keyCounts.map((keys, axis) => (keys === null ? null : setsOf(byAxis[axis]!, keys)));
  for (let i = 0; i < order.length; i++) {
    const number = order[i]!;
    const record = number * stride;
    const hi = records[record + REC_HI]!;
    const lo = records[record + REC_LO]!;
    for (let axis = 0; axis < axes; axis++) {
      const set = sets[axis]!;
      if (set === null) continue;
      const at = set.next[records[record + REC_KEYS + 2 * axis]! - 1]!++;
      set.hi[at] = hi;
      set.lo[at] = lo;
    }
    const end = starts[number + 1]!;
    for (let pair = starts[number]!; pair < end; pair++) {
      const axis = tags[pair]! % axes;
      const set = sets[axis]!;
      if (set === null) continue;
      const at = set.next[(tags[pair]! - axis) / axes]!++;
      set.hi[at] = hi;
      set.lo[at] = lo;
    }
  }
  return sets.map((set) => set && { offsets: set.offsets, hi: set.hi, lo: set.lo });
}
