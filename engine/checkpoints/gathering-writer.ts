import { crc32 } from 'node:zlib';
import { PAGE } from '../state/lent-array.ts';
import { ALIGNMENT, padding } from './state-file-head.ts';

/** What is gathered before it is written: some milliseconds of this thread. */
const BUFFER_BYTES = 4 << 20;
/** Without room for a page of the widest elements the buffer is full. */
const LEAST_ROOM = PAGE * Float64Array.BYTES_PER_ELEMENT;

/** Writes things one after the other, each at a multiple of 8 bytes, zeros between. */
export interface GatheringWriter {
  /** Adds a thing that gives its bytes piece by piece, 0 of them at its end; returns their CRC-32. */
  add(next: (room: Uint8Array) => number): Promise<number>;
  /** Writes what is left; returns how many bytes all were. */
  finish(): Promise<number>;
}

/**
 * Gathers small things into one buffer: a state has thousands of arrays, and each write waits for its turn among all else
 * that its thread does.
 */
export function createGatheringWriter(
  write: (bytes: Uint8Array) => Promise<void>,
  bufferBytes = BUFFER_BYTES,
): GatheringWriter {
  const buffer = new Uint8Array(bufferBytes);
  let used = 0;
  let written = 0;
  /** What stays is less than {@link ALIGNMENT}, so that places in the buffer are aligned as those in the file are. */
  const flush = async (bytes: number): Promise<void> => {
    await write(buffer.subarray(0, bytes));
    buffer.copyWithin(0, bytes, used);
    written += bytes;
    used -= bytes;
  };
  return {
    async add(next) {
      const zeros = padding(used);
      buffer.fill(0, used, used + zeros);
      used += zeros;
      let checksum = 0;
      for (;;) {
        if (buffer.length - used < LEAST_ROOM) await flush(used - (used % ALIGNMENT));
        const taken = next(buffer.subarray(used));
        if (taken === 0) break;
        checksum = crc32(buffer.subarray(used, used + taken), checksum);
        used += taken;
      }
      return checksum;
    },
    async finish() {
      await flush(used);
      return written;
    },
  };
}
