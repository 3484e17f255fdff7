import type { CountTable } from './count-table.ts';
import { type DistinctTable, REC_HOURS, REC_KEYS } from './distinct-table.ts';
import { PAIR } from './pair-table.ts';
import { type SortedIds, sortedIds } from './sorted-ids.ts';

/** Per key i the ids counted with it: entries offsets[i] … offsets[i+1]−1, ascending by (hi, lo). */
export interface KeySets {
  readonly offsets: Uint32Array;
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
}

/** Who a table counted, in ascending order; what the sets of all rollups are made of. */
export interface SortedIdentity {
  readonly ids: SortedIds;
  /** By position in `ids`: the id's hours of the day as bits, and for each axis its first key + 1. */
  readonly hours: Uint32Array;
  readonly firstKeys: readonly Uint32Array[];
  /** By position in `ids`: the id's pairs are the tags [pairStarts[i], pairStarts[i + 1]) of `tags`. */
  readonly pairStarts: Uint32Array;
  readonly tags: Uint32Array;
}

export function sortIdentity(table: DistinctTable): SortedIdentity {
  const ids = sortedIds(table.ids);
  const hours = new Uint32Array(ids.numbers.length);
  const firstKeys = table.byAxis.map(() => new Uint32Array(ids.numbers.length));
  takeRecords(table, ids.numbers, hours, firstKeys);
  return { ids, hours, firstKeys, ...pairsInOrder(table, ids.numbers) };
}

/** One pass for all axes, as each record is a cache miss. */
function takeRecords(
  { ids: { records, stride } }: DistinctTable,
  numbers: Uint32Array,
  hours: Uint32Array,
  firstKeys: readonly Uint32Array[],
): void {
  const axes = firstKeys.length;
  for (let i = 0; i < numbers.length; i++) {
    const record = numbers[i]! * stride;
    hours[i] = records[record + REC_HOURS]!;
    for (let axis = 0; axis < axes; axis++) firstKeys[axis]![i] = records[record + REC_KEYS + 2 * axis]!;
  }
}

/** Brings the pairs of each id together, in the order of `numbers`. */
function pairsInOrder({ pairs, ids }: DistinctTable, numbers: Uint32Array) {
  const { slots } = pairs;
  const pairStarts = new Uint32Array(numbers.length + 1);
  const tags = new Uint32Array(pairs.size);
  if (pairs.size === 0) return { pairStarts, tags };
  /** Pairs of each number; then where the next of them goes. */
  const next = new Uint32Array(ids.size);
  for (let at = 0; at < slots.length; at += PAIR) if (slots[at] !== 0) next[slots[at]! - 1]!++;
  for (let i = 0; i < numbers.length; i++) {
    const start = pairStarts[i]!;
    pairStarts[i + 1] = start + next[numbers[i]!]!;
    next[numbers[i]!] = start;
  }
  for (let at = 0; at < slots.length; at += PAIR) {
    if (slots[at] !== 0) tags[next[slots[at]! - 1]!++] = slots[at + 1]!;
  }
  return { pairStarts, tags };
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
export function identityOfTotal({ ids }: SortedIdentity): KeySets {
  return { offsets: Uint32Array.of(0, ids.hi.length), hi: ids.hi.slice(), lo: ids.lo.slice() };
}

/** Sets by local hour 0 … 23; `hourOfDay` is the local hour of each hour slot. */
export function identityOfHours(
  { byHourOfDay }: DistinctTable,
  { ids, hours: hoursOf }: SortedIdentity,
  hourOfDay: readonly number[],
): KeySets {
  if (!byHourOfDay) throw new Error('the table keeps no hours of the day');
  const slotHours = Uint8Array.from(hourOfDay);
  const bits = new Uint32Array(24);
  for (const [slot, hour] of hourOfDay.entries()) bits[hour] = bits[hour]! | (1 << slot);
  const { offsets, hi, lo, next } = setsOf(byHourOfDay, bits.length);
  const { hi: idHi, lo: idLo } = ids;
  for (let i = 0; i < hoursOf.length; i++) {
    // Mostly one hour: bit by bit, with both slots of a repeated hour at once.
    for (let hours = hoursOf[i]!; hours !== 0; ) {
      const hour = slotHours[31 - Math.clz32(hours)]!;
      hours &= ~bits[hour]!;
      const at = next[hour]!++;
      hi[at] = idHi[i]!;
      lo[at] = idLo[i]!;
    }
  }
  return { offsets, hi, lo };
}

/** Sets by key number of one axis with `keys` keys. */
export function identityOfAxis(
  table: DistinctTable,
  { ids, firstKeys, pairStarts, tags }: SortedIdentity,
  axis: number,
  keys: number,
): KeySets {
  const axes = table.byAxis.length;
  const first = firstKeys[axis]!;
  const { offsets, hi, lo, next } = setsOf(table.byAxis[axis]!, keys);
  const { hi: idHi, lo: idLo } = ids;
  for (let i = 0; i < first.length; i++) {
    // An axis that was begun later than the day knows nothing of ids before.
    if (first[i] === 0) continue;
    const at = next[first[i]! - 1]!++;
    hi[at] = idHi[i]!;
    lo[at] = idLo[i]!;
    for (let pair = pairStarts[i]!; pair < pairStarts[i + 1]!; pair++) {
      const tag = tags[pair]!;
      const key = (tag / axes) | 0;
      if (tag - key * axes !== axis) continue;
      const further = next[key]!++;
      hi[further] = idHi[i]!;
      lo[further] = idLo[i]!;
    }
  }
  return { offsets, hi, lo };
}
