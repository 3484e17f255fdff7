import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { Damage } from './damage.ts';
import { arraysOf, createArray, putTogether } from './skeleton.ts';
import { HEAD_BYTES, padding, readHead, seal } from './state-file-head.ts';

/** Bytes asked for at a time. */
const READ_BYTES = 16 << 20;

export interface ReadStateFileOptions {
  readonly path: string;
  /** As they were written. */
  readonly bytes: number;
  readonly checksum: string;
}

/**
 * Reads a state file and checks every byte of it.
 *
 * @throws Damage that says what is wrong with it; what else the file system throws.
 */
export async function readStateFile({ path, bytes, checksum }: ReadStateFileOptions): Promise<unknown> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new Damage('its state file is missing') : error;
  });
  try {
    const { size } = await file.stat();
    if (size !== bytes) throw new Damage(`its state file has ${size} bytes, not ${bytes}`);
    if (size < HEAD_BYTES) throw new Damage('its state file is shorter than a head');
    const head = await take(file, 0, HEAD_BYTES);
    const known = readHead(head);
    if (typeof known === 'string') throw new Damage(`of its state file, ${known}`);
    const { skeletonBytes, skeletonChecksum, arrays } = known;
    const trailerBytes = 4 * (arrays + 1);
    if (HEAD_BYTES + skeletonBytes + trailerBytes > size) throw new Damage('its state file is cut off');
    const checksums = await take(file, size - trailerBytes, trailerBytes);
    if (crc32(checksums.subarray(0, -4)) !== checksums.readUInt32LE(4 * arrays)) {
      throw new Damage('the checksums of its state file are damaged');
    }
    if (seal(head, checksums) !== checksum) throw new Damage('its state file is another one');
    const text = await take(file, HEAD_BYTES, skeletonBytes);
    if (crc32(text) !== skeletonChecksum) throw new Damage('the skeleton of its state file is damaged');
    return await fill(file, JSON.parse(text.toString()), checksums, HEAD_BYTES + skeletonBytes);
  } finally {
    await file.close();
  }
}

async function fill(
  file: FileHandle,
  skeleton: unknown,
  checksums: Buffer,
  behind: number,
): Promise<unknown> {
  let at = await skipZeros(file, behind);
  const arrays = arraysOf(skeleton).map(createArray);
  for (const [number, array] of arrays.entries()) {
    const target = Buffer.from(array.buffer);
    const checksum = await readInto(file, target, at);
    if (checksum !== checksums.readUInt32LE(4 * number)) {
      throw new Damage(`bytes ${at} … ${at + target.length} of its state file are damaged`);
    }
    at = await skipZeros(file, at + target.length);
  }
  return putTogether(skeleton, arrays);
}

/** Also zeros are checked: whatever changed in a file, it is not the one that was written. */
async function skipZeros(file: FileHandle, at: number): Promise<number> {
  const zeros = await take(file, at, padding(at));
  if (zeros.some((byte) => byte !== 0)) throw new Damage(`bytes at ${at} of its state file are damaged`);
  return at + zeros.length;
}

async function take(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await readInto(file, bytes, at);
  return bytes;
}

/** Returns the CRC-32 of what was read. */
async function readInto(file: FileHandle, target: Buffer, position: number): Promise<number> {
  let checksum = 0;
  for (let at = 0; at < target.length; ) {
    const { bytesRead } = await file.read(
      target,
      at,
      Math.min(READ_BYTES, target.length - at),
      position + at,
    );
    if (bytesRead === 0) throw new Damage('its state file is cut off');
    checksum = crc32(target.subarray(at, at + bytesRead), checksum);
    at += bytesRead;
  }
  return checksum;
}
