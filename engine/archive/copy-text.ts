/**
 * Copies [start, stop) of `from` to `at` of `into`, a word at a time: texts are so short that a call of the engine's for
 * each would cost more. Gives the place behind the copy.
 */
export function copyText(from: DataView, start: number, stop: number, into: DataView, at: number): number {
  let to = at;
  let i = start;
  for (; i + 4 <= stop; i += 4, to += 4) into.setInt32(to, from.getInt32(i, true), true);
  for (; i < stop; i++, to++) into.setUint8(to, from.getUint8(i));
  return to;
}
