import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * A state file is, in this order: the head (32 bytes); the skeleton, which is JSON in UTF-8; the bytes of its arrays,
 * one after the other; the checksums of these (CRC-32, 4 bytes each) and one of the checksums. Everything begins at a
 * multiple of 8, zeros between. All numbers are little-endian, which the head tells by a number of known bytes.
 */
export interface StateFileHead {
  /** Bytes of the skeleton, and its CRC-32. */
  readonly skeletonBytes: number;
  readonly skeletonChecksum: number;
  /** Number of arrays. */
  readonly arrays: number;
}

export const HEAD_BYTES = 32;
export const ALIGNMENT = 8;
const MAGIC = 'GMVSTATE';
const STATE_FORMAT = 1;
const BYTE_ORDER = 0x0102_0304;

/**
 * SHA-256 (hex) of head and checksums, which between them vouch for every byte. No CRC-32: that of bytes with their own
 * CRC-32 behind them is the same for all.
 */
export function seal(head: Buffer, checksums: Buffer): string {
  return createHash('sha256').update(head).update(checksums).digest('hex');
}

/** Zeros behind `bytes` bytes, up to where the next thing begins. */
export function padding(bytes: number): number {
  return (ALIGNMENT - (bytes % ALIGNMENT)) % ALIGNMENT;
}

export function writeHead({ skeletonBytes, skeletonChecksum, arrays }: StateFileHead): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(MAGIC, 'latin1');
  const words = [STATE_FORMAT, BYTE_ORDER, skeletonBytes, skeletonChecksum, arrays];
  for (const [i, word] of words.entries()) head.writeUInt32LE(word, MAGIC.length + 4 * i);
  head.writeUInt32LE(crc32(head.subarray(0, HEAD_BYTES - 4)), HEAD_BYTES - 4);
  return head;
}

/** The head, or what is wrong with it. */
export function readHead(head: Buffer): StateFileHead | string {
  if (head.toString('latin1', 0, MAGIC.length) !== MAGIC) return 'it does not begin as a state file does';
  if (head.readUInt32LE(HEAD_BYTES - 4) !== crc32(head.subarray(0, HEAD_BYTES - 4)))
    return 'its head is damaged';
  const [format, order, skeletonBytes, skeletonChecksum, arrays] = [0, 1, 2, 3, 4].map((i) =>
    head.readUInt32LE(MAGIC.length + 4 * i),
  ) as [number, number, number, number, number];
  if (format !== STATE_FORMAT || order !== BYTE_ORDER) return `it has format ${format}, not ${STATE_FORMAT}`;
  return { skeletonBytes, skeletonChecksum, arrays };
}
