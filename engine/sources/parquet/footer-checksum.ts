import { crc32 } from 'node:zlib';
import type { FileMetaData } from 'hyparquet';

/**
 * The format has checksums for pages and none for the footer, in which one wrong bit can rename a column or shift a
 * unit of time. Our own files therefore name their footer's CRC-32 in its key-value metadata, which other
 * readers pass over. It is that of all bytes from the footer's first to the closing magic, with its own eight
 * digits as zeros.
 */
const KEY = 'gmv.footer_crc32';
const UNSEALED = '00000000';

/** What a footer of ours names as its writer. */
export const WRITER = 'gmv';

/** The entry that a writer puts into the footer for {@link sealFooter} to fill. */
export const FOOTER_CHECKSUM = { key: KEY, value: UNSEALED } as const;

/** Writes the checksum into a footer, which ends with its length and the magic. */
export function sealFooter(footer: Uint8Array): void {
  const at = digitsAt(footer);
  if (at === null) throw new Error('the footer has no room for its checksum');
  footer.set(bytesOf(checksum(footer, at)), at);
}

/**
 * Checks the footer of a file that says it is ours. Others may carry our entry on from a file that they were made
 * of, as pyarrow does.
 *
 * @throws Error where the checksum that it names isn't its own.
 */
export function checkFooterChecksum(footer: Uint8Array, { created_by: writer }: FileMetaData): void {
  const at = digitsAt(footer);
  if (at === null || writer !== WRITER) return;
  const told = String.fromCharCode(...footer.subarray(at, at + UNSEALED.length));
  if (checksum(footer, at) !== told) throw new Error('it fails its checksum');
}

function checksum(footer: Uint8Array, at: number): string {
  const before = crc32(footer.subarray(0, at));
  const all = crc32(footer.subarray(at + UNSEALED.length), crc32(UNSEALED, before));
  return all.toString(16).padStart(UNSEALED.length, '0');
}

/** Where the digits stand: behind the key and two bytes that say that a text of eight bytes comes. */
function digitsAt(footer: Uint8Array): number | null {
  const { buffer, byteOffset, byteLength } = footer;
  const found = Buffer.from(buffer, byteOffset, byteLength).lastIndexOf(KEY);
  const at = found + KEY.length + 2;
  return found < 0 || at + UNSEALED.length > byteLength ? null : at;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
