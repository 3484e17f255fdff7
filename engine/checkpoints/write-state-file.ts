import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Lanes } from '../state/grow.ts';
import { LentArray } from '../state/lent-array.ts';
import { takeApart } from './skeleton.ts';
import { HEAD_BYTES, padding, seal, writeHead } from './state-file-head.ts';

/** Bytes that are taken and written at a time: some milliseconds of this thread, 28 at most where it was measured. */
const SLICE_BYTES = 8 << 20;

export interface WrittenState {
  readonly bytes: number;
  /** See {@link seal}. */
  readonly checksum: string;
  /** Time that this thread was busy, and the longest of it without a break; ms. */
  readonly busyMs: number;
  readonly longestMs: number;
}

export interface WriteStateFileOptions {
  readonly path: string;
  /** Plain data; lent arrays are read as they are written. */
  readonly data: unknown;
  /** All of `data` was read: whoever lent it may have it back. */
  readonly onRead: () => void;
  /** Milliseconds that only go forward. */
  readonly stopwatch: () => number;
}

/**
 * Writes data as a state file and syncs it.
 *
 * @throws GmvError `checkpoint_contents` where data can't be kept as it is, and what the file system throws.
 */
export async function writeStateFile({
  path,
  data,
  onRead,
  stopwatch,
}: WriteStateFileOptions): Promise<WrittenState> {
  let busyMs = 0;
  let longestMs = 0;
  const timed = <T>(work: () => T): T => {
    const startMs = stopwatch();
    const result = work();
    const ms = stopwatch() - startMs;
    busyMs += ms;
    longestMs = Math.max(longestMs, ms);
    return result;
  };

  const { arrays, front } = timed(() => {
    const apart = takeApart(data);
    const skeleton = Buffer.from(apart.skeleton);
    const skeletonChecksum = crc32(skeleton);
    const head = writeHead({
      skeletonBytes: skeleton.length,
      skeletonChecksum,
      arrays: apart.arrays.length,
    });
    const zeros = Buffer.alloc(padding(skeleton.length));
    return { arrays: apart.arrays, front: Buffer.concat([head, skeleton, zeros]) };
  });

  const file = await open(path, 'w');
  try {
    const checksums = Buffer.alloc(4 * (arrays.length + 1));
    let bytes = await writeAll(file, front);
    for (const [number, array] of arrays.entries()) {
      let checksum = 0;
      for (const next = slicesOf(array); ; ) {
        const slice = timed(() => {
          const taken = next();
          if (taken !== null) checksum = crc32(taken, checksum);
          return taken;
        });
        if (slice === null) break;
        bytes += await writeAll(file, slice);
      }
      bytes += await writeAll(file, Buffer.alloc(padding(bytes)));
      checksums.writeUInt32LE(checksum, 4 * number);
    }
    onRead();
    checksums.writeUInt32LE(crc32(checksums.subarray(0, -4)), 4 * arrays.length);
    bytes += await writeAll(file, checksums);
    await file.sync();
    return { bytes, checksum: seal(front.subarray(0, HEAD_BYTES), checksums), busyMs, longestMs };
  } finally {
    await file.close();
  }
}

/** Gives the bytes of an array piece by piece; each is valid until the next is asked for. */
function slicesOf(array: Lanes | LentArray): () => Uint8Array | null {
  if (array instanceof LentArray) {
    const elements = SLICE_BYTES / array.bytesPerElement;
    const buffer = array.empty(Math.min(elements, Math.ceil(array.length / 256) * 256));
    return () => {
      const length = array.read(buffer);
      return length === 0 ? null : bytesOf(buffer.subarray(0, length));
    };
  }
  const bytes = bytesOf(array);
  let at = 0;
  return () => {
    const slice = bytes.subarray(at, at + SLICE_BYTES);
    at += slice.length;
    return slice.length === 0 ? null : slice;
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Lanes): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Returns how many bytes that were. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<number> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
  return bytes.length;
}
