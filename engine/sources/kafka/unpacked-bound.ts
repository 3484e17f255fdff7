/**
 * At most so many bytes come out of what zstd, LZ4 or snappy packed, as the heads of its blocks tell without unpacking
 * any: their decoders themselves know no limit. What ends before its time, or is none of it, is the decoder's to refuse.
 */
export type UnpackedBound = (bytes: Buffer) => number;

const ZSTD_FRAME = 0xfd2fb528;
const ZSTD_BLOCK_BYTES = 128 << 10;
const RAW = 0;
const RLE = 1;
/** Bytes that a head has besides, by two bits of its first byte (RFC 8878, 3.1.1.1). */
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const CONTENT_BYTES = [0, 2, 4, 8] as const;

/** Of frames as RFC 8878 has them. */
export const zstdBound: UnpackedBound = (bytes) => {
  let bound = 0;
  for (let at = 0; at + 8 <= bytes.length; ) {
    if (bytes.readUInt32LE(at) !== ZSTD_FRAME) {
      // A frame to be skipped says how long it is.
      at += 8 + bytes.readUInt32LE(at + 4);
      continue;
    }
    const flags = bytes[at + 4]!;
    const single = (flags & 0b10_0000) !== 0;
    const contentBytes = single && flags >>> 6 === 0 ? 1 : CONTENT_BYTES[(flags >>> 6) as 0 | 1 | 2 | 3];
    at += 5 + (single ? 0 : 1) + DICTIONARY_BYTES[(flags & 0b11) as 0 | 1 | 2 | 3] + contentBytes;
    for (let last = false; !last && at + 3 <= bytes.length; ) {
      const head = bytes.readUIntLE(at, 3);
      const kind = (head >>> 1) & 0b11;
      const size = head >>> 3;
      last = (head & 1) === 1;
      bound += kind === RAW || kind === RLE ? size : ZSTD_BLOCK_BYTES;
      at += 3 + (kind === RLE ? 1 : size);
    }
    if ((flags & 0b100) !== 0) at += 4;
  }
  return bound;
};

/** A byte of LZ4 stands for so many at most. */
const LZ4_RATIO = 255;

/** Of a frame (github.com/lz4/lz4, lz4_Frame_format.md). */
export const lz4Bound: UnpackedBound = (bytes) => {
  if (bytes.length < 7) return 0;
  const flags = bytes[4]!;
  const blockBytes = 1 << (2 * ((bytes[5]! >>> 4) & 0b111) + 8);
  const checksumBytes = (flags & 0b1_0000) !== 0 ? 4 : 0;
  let at = 7 + ((flags & 0b1000) !== 0 ? 8 : 0) + ((flags & 1) !== 0 ? 4 : 0);
  let bound = 0;
  while (at + 4 <= bytes.length) {
    const size = bytes.readUInt32LE(at) & 0x7fff_ffff;
    if (size === 0) break;
    bound += Math.min(blockBytes, size * LZ4_RATIO);
    at += 4 + size + checksumBytes;
  }
  return bound;
};

/** Of a block, which begins with the length of what it holds (github.com/google/snappy, format_description.txt). */
export const snappyBound: UnpackedBound = (bytes) => {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[i] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) break;
  }
  return length;
};
