import { type IdTable, REC_HI, REC_LO } from './id-table.ts';

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/** The ids of a table, ascending by (hi, lo) unsigned, and the number of each. */
export interface SortedIds {
  readonly numbers: Uint32Array;
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
}

/** Sorts by a radix sort by hi, then the rare ties by lo. Words move with the numbers: records are far apart. */
export function sortedIds({ records, stride, size }: IdTable): SortedIds {
  let numbers = new Uint32Array(size);
  let hi = new Uint32Array(size);
  for (let i = 0, at = REC_HI; i < size; i++, at += stride) {
    numbers[i] = i;
    hi[i] = records[at]!;
  }
  let spareNumbers = new Uint32Array(size);
  let spareHi = new Uint32Array(size);
  const starts = new Uint32Array(DIGITS);
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    sortByDigit(shift, starts, numbers, hi, spareNumbers, spareHi);
    [numbers, spareNumbers] = [spareNumbers, numbers];
    [hi, spareHi] = [spareHi, hi];
  }
  const lo = spareHi;
  for (let i = 0; i < size; i++) lo[i] = records[numbers[i]! * stride + REC_LO]!;
  sortTies(numbers, hi, lo);
  return { numbers, hi, lo };
}

/** One pass: stable by the digit at `shift`. */
function sortByDigit(
  shift: number,
  starts: Uint32Array,
  numbers: Uint32Array,
  hi: Uint32Array,
  toNumbers: Uint32Array,
  toHi: Uint32Array,
): void {
  starts.fill(0);
  for (let i = 0; i < hi.length; i++) starts[(hi[i]! >>> shift) & (DIGITS - 1)]!++;
  let next = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const count = starts[digit]!;
    starts[digit] = next;
    next += count;
  }
  for (let i = 0; i < hi.length; i++) {
    const word = hi[i]!;
    const to = starts[(word >>> shift) & (DIGITS - 1)]!++;
    toNumbers[to] = numbers[i]!;
    toHi[to] = word;
  }
}

/** Insertion sort by lo among equal hi: two of a million ids share it now and then. */
function sortTies(numbers: Uint32Array, hi: Uint32Array, lo: Uint32Array): void {
  for (let i = 1; i < hi.length; i++) {
    if (hi[i] !== hi[i - 1]) continue;
    const word = lo[i]!;
    const number = numbers[i]!;
    let to = i;
    for (; to > 0 && hi[to - 1] === hi[i] && lo[to - 1]! > word; to--) {
      lo[to] = lo[to - 1]!;
      numbers[to] = numbers[to - 1]!;
    }
    lo[to] = word;
    numbers[to] = number;
  }
}
