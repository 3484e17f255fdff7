/**
 * MurmurHash3 x86_128 (Austin Appleby, public domain): four 32-bit lanes from the bytes of an id, with
 * 32-bit multiplications only, so that it is fast without BigInt.
 *
 * Ids of 64 bits use lanes 0 and 1: among n ids of one day two collide with probability about n² / 2^65
 * (10 million ids: 3 in a million). Event ids use all four lanes: n² / 2^129.
 */
const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

const rotl = (x: number, r: number): number => (x << r) | (x >>> (32 - r));

function avalanche(h: number): number {
  let x = h ^ (h >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** Little-endian word of the `count` (0–3) bytes that end at `end`. */
function lastBytes(view: DataView, count: number, end: number): number {
  if (count === 0) return 0;
  // The bytes before them are shifted out, so that one read does where there are any.
  if (end >= 4) return view.getInt32(end - 4, true) >>> (32 - 8 * count);
  let value = 0;
  for (let at = end - 1; at >= end - count; at--) value = (value << 8) | view.getUint8(at);
  return value;
}

/**
 * Hashes the bytes [start, end) of `view` into `out[0..3]`; (0, 0) in the first two lanes is moved to (1, 0), as it
 * means null. A view, because it reads a word at a time from any offset.
 */
export function hashBytes(view: DataView, start: number, end: number, out: Uint32Array): void {
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  const length = end - start;
  const bodyEnd = start + (length & ~15);
  for (let at = start; at < bodyEnd; at += 16) {
    h1 ^= Math.imul(rotl(Math.imul(view.getInt32(at, true), C1), 15), C2);
    h1 = (Math.imul((rotl(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotl(Math.imul(view.getInt32(at + 4, true), C2), 16), C3);
    h2 = (Math.imul((rotl(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotl(Math.imul(view.getInt32(at + 8, true), C3), 17), C4);
    h3 = (Math.imul((rotl(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotl(Math.imul(view.getInt32(at + 12, true), C4), 18), C1);
    h4 = (Math.imul((rotl(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  // A word of zero changes nothing, so that the tail's words are mixed without asking which there are.
  const tail = end - bodyEnd;
  const last = lastBytes(view, tail & 3, end);
  const k1 = tail < 4 ? last : view.getInt32(bodyEnd, true);
  const k2 = tail < 4 ? 0 : tail < 8 ? last : view.getInt32(bodyEnd + 4, true);
  const k3 = tail < 8 ? 0 : tail < 12 ? last : view.getInt32(bodyEnd + 8, true);
  const k4 = tail < 12 ? 0 : last;
  h4 ^= Math.imul(rotl(Math.imul(k4, C4), 18), C1);
  h3 ^= Math.imul(rotl(Math.imul(k3, C3), 17), C4);
  h2 ^= Math.imul(rotl(Math.imul(k2, C2), 16), C3);
  h1 ^= Math.imul(rotl(Math.imul(k1, C1), 15), C2);
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = avalanche(h1);
  h2 = avalanche(h2);
  h3 = avalanche(h3);
  h4 = avalanche(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  out[0] = h1 === 0 && h2 === 0 ? 1 : h1;
  out[1] = h2;
  out[2] = h3;
  out[3] = h4;
}

const encoder = new TextEncoder();

/** Hashes a string's UTF-8 bytes; see {@link hashBytes}. For edges, not for the hot path. */
export function hashText(text: string, out: Uint32Array): void {
  const { buffer, byteOffset, byteLength } = encoder.encode(text);
  hashBytes(new DataView(buffer, byteOffset, byteLength), 0, byteLength, out);
}

/** What {@link hashBytes} makes of no bytes at all. */
export const EMPTY_TEXT_LANES: readonly number[] = [1, 0, 0, 0];
