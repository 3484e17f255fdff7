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
  /** By position in `ids`: the id's pairs are the tags [pairStarts[i], pairStarts[i + 1]) of `tags`. */
  readonly pairStarts: Uint32Array;
  readonly tags: Uint32Array;
}

export function sortIdentity(table: DistinctTable): SortedIdentity {
  const ids = sortedIds(table.ids);
  return { ids, ...pairsInOrder(table, ids.numbers) };
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
  { ids: { records, stride }, byHourOfDay }: DistinctTable,
  { ids }: SortedIdentity,
  hourOfDay: readonly number[],
): KeySets {
  if (!byHourOfDay) throw new Error('the table keeps no hours of the day');
  const slotHours = Uint8Array.from(hourOfDay);
  const bits = new Uint32Array(24);
  for (const [slot, hour] of hourOfDay.entries()) bits[hour] = bits[hour]! | (1 << slot);
  const { offsets, hi, lo, next } = setsOf(byHourOfDay, bits.length);
  const { numbers, hi: idHi, lo: idLo } = ids;
  for (let i = 0; i < numbers.length; i++) {
    // Mostly one hour: bit by bit, with both slots of a repeated hour at once.
    for (let hours = records[numbers[i]! * stride + REC_HOURS]!; hours !== 0; ) {
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
  { ids, pairStarts, tags }: SortedIdentity,
  axis: number,
  keys: number,
): KeySets {
  const { records, stride } = table.ids;
  const axes = table.byAxis.length;
  const lane = REC_KEYS + 2 * axis;
  const { offsets, hi, lo, next } = setsOf(table.byAxis[axis]!, keys);
  const { numbers, hi: idHi, lo: idLo } = ids;
  for (let i = 0; i < numbers.length; i++) {
    const at = next[records[numbers[i]! * stride + lane]! - 1]!++;
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
