import { viewOf } from '../../events/view-of.ts';
/**
 * LZ4 as Parquet files hold it. LZ4_RAW is a bare block. The older codec LZ4 was never defined: parquet-mr writes
 * Hadoop's framing, Arrow wrote bare blocks, and early Rust writers LZ4's own frames.
 */

/** A bare block of exactly `length` bytes. */
export function decompressLz4Raw(input: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  // An empty page is a block of one zero byte, or none.
  if (length > 0 && decodeBlock(input, output, 0) !== length) throw endsEarly();
  return output;
}

/** Whatever a file calls LZ4. */
export function decompressLz4(input: Uint8Array, length: number): Uint8Array {
  if (length === 0) return new Uint8Array(0);
  if (input.length >= 7 && viewOf(input).getUint32(0, true) === FRAME_MAGIC)
    return decodeFrame(input, length);
  return decodeHadoop(input, length) ?? decompressLz4Raw(input, length);
}

/**
 * Hadoop's framing (BlockCompressorStream): a big-endian length of the original, then one or more parts, each a
 * length and a block, until it is reached; again and again. Null where the input is not framed so.
 */
function decodeHadoop(input: Uint8Array, length: number): Uint8Array | null {
  const view = viewOf(input);
  const output = new Uint8Array(length);
  let at = 0;
  let filled = 0;
  try {
    while (at + 4 <= input.length) {
      const end = filled + view.getUint32(at, false);
      at += 4;
      if (end > length) return null;
      while (filled < end) {
        if (at + 4 > input.length) return null;
        const size = view.getUint32(at, false);
        at += 4;
        if (size === 0 || at + size > input.length) return null;
        filled = decodeBlock(input.subarray(at, at + size), output, filled);
        at += size;
      }
      if (filled > end) return null;
    }
  } catch {
    // It is a bare block whose first bytes look like lengths, or damaged as either.
    return null;
  }
  return filled === length && at === input.length ? output : null;
}

const FRAME_MAGIC = 0x184d2204;

/** LZ4's own frames (lz4_Frame_format.md); their checksums are not looked at, as a page has its own. */
function decodeFrame(input: Uint8Array, length: number): Uint8Array {
  const view = viewOf(input);
  const output = new Uint8Array(length);
  const flags = input[4]!;
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  let at = 7 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0);
  let filled = 0;
  for (;;) {
    if (at + 4 > input.length) throw endsEarly();
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) break;
    const size = head & 0x7fff_ffff;
    if (at + size > input.length) throw endsEarly();
    const block = input.subarray(at, at + size);
    if (head >= 0x8000_0000) {
      if (filled + size > length) throw new Error('its lz4 data is longer than its page');
      output.set(block, filled);
      filled += size;
    } else filled = decodeBlock(block, output, filled);
    at += size + (hasBlockChecksum ? 4 : 0);
  }
  if (filled !== length) throw endsEarly();
  return output;
}

/**
 * One block (lz4_Block_format.md) into `output[start…]`; returns where it ends. Never writes past the output and
 * never takes what isn't there.
 */
function decodeBlock(input: Uint8Array, output: Uint8Array, start: number): number {
  let to = start;
  let at = 0;
  while (at < input.length) {
    const token = input[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let byte: number;
      do {
        if (at >= input.length) throw endsEarly();
        byte = input[at++]!;
        literals += byte;
      } while (byte === 255);
    }
    if (at + literals > input.length || to + literals > output.length)
      throw new Error('its lz4 data is longer than its page');
    if (literals > 16) output.set(input.subarray(at, at + literals), to);
    else for (let i = 0; i < literals; i++) output[to + i] = input[at + i]!;
    at += literals;
    to += literals;
    if (at === input.length) return to;

    if (at + 2 > input.length) throw endsEarly();
    const offset = input[at]! | (input[at + 1]! << 8);
    at += 2;
    let match = token & 15;
    if (match === 15) {
      let byte: number;
      do {
        if (at >= input.length) throw endsEarly();
        byte = input[at++]!;
        match += byte;
      } while (byte === 255);
    }
    match += 4;
    if (offset === 0 || offset > to) throw new Error('its lz4 data points before its begin');
    if (to + match > output.length) throw new Error('its lz4 data is longer than its page');
    if (match > 16 && offset >= match) output.copyWithin(to, to - offset, to - offset + match);
    else for (let i = 0; i < match; i++) output[to + i] = output[to + i - offset]!;
    to += match;
  }
  return to;
}

const endsEarly = (): Error => new Error('its lz4 data ends early');
