import type { Lane } from './column-sink.ts';

/*
 * The loops that every dictionary page and every nullable page goes through. Each is written for one element size:
 * a loop that meets arrays of several types looks up the type of every element.
 */

/** Copies the entries that `indices` name to `lane[row…]`; both are of one type. */
export function gather(entries: Lane, indices: Int32Array, lane: Lane, row: number): void {
  if (entries instanceof Float64Array && lane instanceof Float64Array) {
    gatherNumbers(entries, indices, lane, row);
  } else gatherWords(wordsOf(entries), indices, wordsOf(lane), row);
}

/**
 * Moves the values that stand together at `lane[row…]`, `present` of them, to the rows that have one: where
 * `levels` is 1.
 */
export function spread(
  lane: Lane,
  row: number,
  levels: Uint8Array,
  present: number,
  nullValue: number,
): void {
  if (lane instanceof Float64Array) spreadNumbers(lane, row, levels, present, nullValue);
  else spreadWords(wordsOf(lane), row, levels, present, nullValue);
}

const wordsOf = ({ buffer, byteOffset, length }: Lane): Int32Array =>
  new Int32Array(buffer, byteOffset, length);

function gatherNumbers(entries: Float64Array, indices: Int32Array, lane: Float64Array, row: number): void {
  for (let i = 0; i < indices.length; i++) lane[row + i] = entries[indices[i]!]!;
}

function gatherWords(entries: Int32Array, indices: Int32Array, lane: Int32Array, row: number): void {
  for (let i = 0; i < indices.length; i++) lane[row + i] = entries[indices[i]!]!;
}

function spreadNumbers(
  lane: Float64Array,
  row: number,
  levels: Uint8Array,
  present: number,
  nullValue: number,
): void {
  let from = row + present;
  for (let i = levels.length - 1; i >= 0; i--) lane[row + i] = levels[i] === 1 ? lane[--from]! : nullValue;
}

function spreadWords(
  lane: Int32Array,
  row: number,
  levels: Uint8Array,
  present: number,
  nullValue: number,
): void {
  let from = row + present;
  for (let i = levels.length - 1; i >= 0; i--) lane[row + i] = levels[i] === 1 ? lane[--from]! : nullValue;
}
