import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { createGatheringWriter } from './gathering-writer.ts';
import { piecesOf } from './pieces-of.ts';
import { takeApart } from './skeleton.ts';
import { seal, writeHead } from './state-file-head.ts';

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
  let sinceMs = stopwatch();
  /** Lets this thread do other things meanwhile. */
  const pause = async <T>(work: Promise<T>): Promise<T> => {
    const ms = stopwatch() - sinceMs;
    busyMs += ms;
    longestMs = Math.max(longestMs, ms);
    const result = await work;
    sinceMs = stopwatch();
    return result;
  };

  const { skeleton: text, arrays } = takeApart(data);
  const skeleton = Buffer.from(text);
  const head = writeHead({
    skeletonBytes: skeleton.length,
    skeletonChecksum: crc32(skeleton),
    arrays: arrays.length,
  });
  const checksums = Buffer.alloc(4 * (arrays.length + 1));
  const file = await pause(open(path, 'w'));
  try {
    const out = createGatheringWriter((bytes) => pause(writeAll(file, bytes)));
    await out.add(piecesOf(head));
    await out.add(piecesOf(skeleton));
    for (const [number, array] of arrays.entries())
      checksums.writeUInt32LE(await out.add(piecesOf(array)), 4 * number);
    onRead();
    checksums.writeUInt32LE(crc32(checksums.subarray(0, -4)), 4 * arrays.length);
    await out.add(piecesOf(checksums));
    const bytes = await out.finish();
    await pause(file.sync());
    return { bytes, checksum: seal(head, checksums), busyMs, longestMs };
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}
