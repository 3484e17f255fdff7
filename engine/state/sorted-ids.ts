import { type IdTable, REC_HI, REC_LO } from './id-table.ts';

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/** Numbers of all ids of the table, ascending by (hi, lo) unsigned: a radix sort by hi, then the rare ties by lo. */
export function sortedIds({ records, stride, size }: IdTable): Uint32Array {
  let numbers = new Uint32Array(size);
  let spare = new Uint32Array(size);
  for (let i = 0; i < size; i++) numbers[i] = i;
  const starts = new Uint32Array(DIGITS);
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    starts.fill(0);
    for (let i = 0; i < size; i++) starts[(records[i * stride + REC_HI]! >>> shift) & (DIGITS - 1)]!++;
    let next = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const count = starts[digit]!;
      starts[digit] = next;
      next += count;
    }
    for (let i = 0; i < size; i++) {
      const number = numbers[i]!;
      const digit = (records[number * stride + REC_HI]! >>> shift) & (DIGITS - 1);
      spare[starts[digit]!++] = number;
    }
    [numbers, spare] = [spare, numbers];
  }
  const hiAt = (i: number): number => records[numbers[i]! * stride + REC_HI]!;
  for (let start = 0; start < size; ) {
    let end = start + 1;
    const hi = hiAt(start);
    while (end < size && hiAt(end) === hi) end++;
    if (end - start > 1) {
      numbers
        .subarray(start, end)
        .sort((a, b) => records[a * stride + REC_LO]! - records[b * stride + REC_LO]!);
    }
    start = end;
  }
  return numbers;
}
