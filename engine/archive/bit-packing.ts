/**
 * Parquet's RLE/bit-packed hybrid, as far as a writer needs it: one run of a single value, or one bit-packed
 * run (apache/parquet-format, Encodings.md).
 */

/** Bits that hold 0 … `highest`, at least one. */
export const bitWidthOf = (highest: number): number => Math.max(1, 32 - Math.clz32(highest));

/** Encodes `values[0 … count−1]`, each below 2^width; width ≤ 24. */
export function encodeHybrid(values: Int32Array | Uint8Array, count: number, width: number): Uint8Array {
  return isOneValue(values, count)
    ? encodeRun(count, values[0] ?? 0, width)
    : encodePacked(values, count, width);
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
  const bytes = new Uint8Array(header.length + groups * width);
  bytes.set(header);
  let at = header.length;
  let pending = 0;
  let bits = 0;
  for (let i = 0; i < count; i++) {
    pending |= values[i]! << bits;
    bits += width;
    while (bits >= 8) {
      bytes[at++] = pending & 0xff;
      pending >>>= 8;
      bits -= 8;
    }
  }
  if (bits > 0) bytes[at] = pending & 0xff;
  return bytes;
}

function pushVarInt(bytes: number[], value: number): void {
  let left = value;
  while (left > 0x7f) {
    bytes.push((left & 0x7f) | 0x80);
    left >>>= 7;
  }
  bytes.push(left);
}
