export interface DeltaIntegersOptions {
  readonly bytes: Uint8Array;
  /** Where the encoded integers begin. */
  readonly at: number;
  readonly count: number;
  /** Words of an integer: 1 for 32 bits, 2 (low, then high) for 64. */
  readonly words: 1 | 2;
}

export interface DeltaIntegers {
  /** Plain: little-endian words, `words` for each integer. */
  readonly values: Int32Array;
  /** Where the encoded integers end. */
  readonly end: number;
}

const WORD = 4_294_967_296;
/** Far beyond any writer's (128 to 4,096 values a block); memory is taken by what headers say. */
const MAX_BLOCK = 1 << 20;

/**
 * Integers in DELTA_BINARY_PACKED (apache/parquet-format, Encodings.md): blocks of a least delta and packed
 * differences from it. Sums wrap, as they do in the writers. 64 bits are two words, so that no BigInt is made
 * for a value.
 */
export function readDeltaIntegers({ bytes, at, count, words }: DeltaIntegersOptions): DeltaIntegers {
  const reader = { bytes, at };
  const blockSize = readVarint(reader);
  const miniblocks = readVarint(reader);
  const total = readVarint(reader);
  const perMiniblock = blockSize / miniblocks;
  if (!(blockSize <= MAX_BLOCK && perMiniblock > 0 && perMiniblock % 8 === 0))
    throw new Error(`delta blocks of ${blockSize} values in ${miniblocks} parts`);
  if (total < count) throw new Error(`${total} delta values where ${count} are needed`);
  // A block that repeats one delta takes a few bytes for a million values; writers' blocks do so for 128.
  const values = new Int32Array(count * words);
  let [low, high] = readZigzag(reader);
  const put = (i: number): void => {
    values[i * words] = low;
    if (words === 2) values[i * 2 + 1] = high;
  };
  if (count > 0) put(0);
  for (let i = 1; i < count; ) {
    const [leastLow, leastHigh] = readZigzag(reader);
    const widthsAt = reader.at;
    reader.at += miniblocks;
    if (reader.at > bytes.length) throw new Error('its delta blocks end early');
    for (let m = 0; m < miniblocks && i < count; m++) {
      const width = bytes[widthsAt + m]!;
      if (width > 64) throw new Error(`deltas of ${width} bits`);
      const taken = Math.min(perMiniblock, count - i);
      // Some writers leave out the padding of the last part.
      if (reader.at + Math.ceil((taken * width) / 8) > bytes.length)
        throw new Error(`its deltas end after ${i} of ${count}`);
      for (let j = 0; j < taken; j++, i++) {
        const bit = j * width;
        const sum = (low >>> 0) + (leastLow >>> 0) + bitsAt(bytes, reader.at, bit, Math.min(width, 32));
        const above = width > 32 ? bitsAt(bytes, reader.at, bit + 32, width - 32) : 0;
        low = sum | 0;
        high = (high + leastHigh + above + Math.floor(sum / WORD)) | 0;
        put(i);
      }
      reader.at += (perMiniblock * width) / 8;
    }
  }
  return { values, end: Math.min(reader.at, bytes.length) };
}

/** Up to 32 bits that begin at a bit, the lowest first; unsigned. */
function bitsAt(bytes: Uint8Array, start: number, bit: number, width: number): number {
  if (width === 0) return 0;
  const at = start + (bit >>> 3);
  const shift = bit & 7;
  let value =
    (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> shift;
  if (shift + width > 32) value |= bytes[at + 4]! << (32 - shift);
  return width === 32 ? value >>> 0 : value & ((1 << width) - 1);
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

/** An unsigned varint below 2^53. */
function readVarint(reader: Reader): number {
  let value = 0;
  for (let factor = 1; factor < Number.MAX_SAFE_INTEGER; factor *= 128) {
    const byte = byteOf(reader);
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
  }
  throw new Error('a number that does not end');
}

/** A zigzag varint of up to 64 bits as signed words, low first. */
function readZigzag(reader: Reader): [low: number, high: number] {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = byteOf(reader);
    value |= BigInt(byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    if (value >> 64n !== 0n) throw new Error('a number of more than 64 bits');
    const signed = (value >> 1n) ^ -(value & 1n);
    return [Number(BigInt.asIntN(32, signed)), Number(BigInt.asIntN(32, signed >> 32n))];
  }
  throw new Error('a number that does not end');
}

function byteOf(reader: Reader): number {
  const byte = reader.bytes[reader.at++];
  if (byte === undefined) throw new Error('its delta values end early');
  return byte;
}
