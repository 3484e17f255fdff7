/**
 * Parquet's RLE/bit-packed hybrid, as far as a writer needs it: one run of a single value, or one bit-packed
 * run (apache/parquet-format, Encodings.md).
 */

const WORD_BITS = 32;

/** Bits that hold 0 … `highest`, at least one. */
export const bitWidthOf = (highest: number): number => Math.max(1, 32 - Math.clz32(highest));

/** Encodes `values[0 … count−1]`, each below 2^width; width ≤ 24. */
export function encodeHybrid(values: Int32Array | Uint8Array, count: number, width: number): Uint8Array {
  return isOneValue(values, count)
    ? encodeRun(count, values[0] ?? 0, width)
    : encodePacked(values, count, width);
}

/** Definition levels, a 1 for each row with a value, of which there are `present`. */
export function encodeLevels(levels: Uint8Array, rows: number, present: number): Uint8Array {
  return present === rows ? encodeRun(rows, 1, 1) : encodePacked(levels, rows, 1);
}

function isOneValue(values: Int32Array | Uint8Array, count: number): boolean {
  for (let i = 1; i < count; i++) if (values[i] !== values[0]) return false;
  return true;
}

/** One run: its length and its value once. */
export function encodeRun(count: number, value: number, width: number): Uint8Array {
  const bytes: number[] = [];
  pushVarInt(bytes, count * 2);
  for (let shift = 0; shift < width; shift += 8) bytes.push((value >>> shift) & 0xff);
  return Uint8Array.from(bytes);
}

function encodePacked(values: Int32Array | Uint8Array, count: number, width: number): Uint8Array {
  const groups = Math.ceil(count / 8);
  const header: number[] = [];
  pushVarInt(header, groups * 2 + 1);
  const end = header.length + groups * width;
  // Words are written whole.
  const bytes = new Uint8Array(end + WORD_BITS / 8);
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  let at = header.length;
  let pending = 0;
  let bits = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    pending |= value << bits;
    bits += width;
    if (bits < WORD_BITS) continue;
    view.setInt32(at, pending, true);
    at += WORD_BITS / 8;
    bits -= WORD_BITS;
    pending = value >>> (width - bits);
  }
  if (bits > 0) view.setInt32(at, pending, true);
  return bytes.subarray(0, end);
}

function pushVarInt(bytes: number[], value: number): void {
  let left = value;
  while (left > 0x7f) {
    bytes.push((left & 0x7f) | 0x80);
    left >>>= 7;
  }
  bytes.push(left);
}
