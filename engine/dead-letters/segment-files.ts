import { mkdir, open, readdir, readFile, rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { GmvError, reasonOf } from '../errors.ts';
import { syncFolder } from '../sync-folder.ts';
import type { LetterSegment } from './dead-letters-part.ts';

const EXTENSION = '.jsonl';

/** Names order as their letters were taken. */
export function segmentName(sequence: number): string {
  return `${String(sequence).padStart(12, '0')}${EXTENSION}`;
}

export function sequenceOf(file: string): number {
  return Number(file.slice(0, -EXTENSION.length));
}

/** Names of the segments in the folder, which is made where there is none. */
export async function listSegments(folder: string): Promise<string[]> {
  try {
    await mkdir(folder, { recursive: true });
    return (await readdir(folder)).filter((name) => /^\d+\.jsonl$/.test(name)).sort();
  } catch (cause) {
    throw unusable(folder, cause);
  }
}

/**
 * Writes `bytes` behind those of a segment, durably. Where that fails the segment is as it was: what stands behind
 * its bytes is written over by the next try.
 *
 * @throws GmvError `dead_letters_write`, retriable.
 */
export async function appendToSegment(folder: string, segment: LetterSegment, bytes: Buffer): Promise<void> {
  try {
    const begins = segment.bytes === 0;
    const file = await open(join(folder, segment.file), begins ? 'w' : 'r+');
    try {
      let written = 0;
      while (written < bytes.length) {
        const from = segment.bytes + written;
        written += (await file.write(bytes, written, bytes.length - written, from)).bytesWritten;
      }
      await file.datasync();
    } finally {
      await file.close();
    }
    if (begins) await syncFolder(folder);
  } catch (cause) {
    throw new GmvError(
      'dead_letters_write',
      `Dead letters can't be written to ${join(folder, segment.file)}: ${reasonOf(cause)}`,
      'Make room or make it writable; they are kept in memory until the next checkpoint, as many as fit.',
      { cause, retriable: true },
    );
  }
}

/** Cuts what no checkpoint names off a segment. Gives why it is not what was named; null where it is. */
export async function trimSegment(folder: string, segment: LetterSegment): Promise<string | null> {
  const path = join(folder, segment.file);
  try {
    const bytes = await readFile(path);
    if (bytes.length < segment.bytes) return `it has ${bytes.length} of ${segment.bytes} bytes`;
    if (crc32(bytes.subarray(0, segment.bytes)) !== segment.crc32) return 'its checksum differs';
    if (bytes.length > segment.bytes) await truncate(path, segment.bytes);
    return null;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 'it is gone';
    throw unusable(folder, cause);
  }
}

/** Sets a segment aside for people to look at: no one reads it any more. */
export async function setAside(folder: string, file: string): Promise<void> {
  const path = join(folder, file);
  await rename(path, `${path}.damaged`).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw unusable(folder, cause);
  });
}

export async function removeSegment(folder: string, file: string): Promise<void> {
  await rm(join(folder, file), { force: true });
}

function unusable(folder: string, cause: unknown): GmvError {
  return new GmvError(
    'dead_letters_folder',
    `The folder of dead letters ${folder} can't be used: ${reasonOf(cause)}`,
    'Make it readable and writable.',
    { cause },
  );
}
