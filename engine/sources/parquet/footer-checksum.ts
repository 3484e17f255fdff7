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

/** The entry that a writer puts into the footer for {@link sealFooter} to fill. */
export const FOOTER_CHECKSUM = { key: KEY, value: UNSEALED } as const;

/** Writes the checksum into a footer, which ends with its length and the magic. */
export function sealFooter(footer: Uint8Array): void {
  const at = digitsAt(footer);
  if (at === null) throw new Error('the footer has no room for its checksum');
  footer.set(bytesOf(checksum(footer, at)), at);
}

/** @throws Error where the footer names a checksum and has another. */
export function checkFooter(footer: Uint8Array, { key_value_metadata: entries }: FileMetaData): void {
  const told = entries?.find(({ key }) => key === KEY)?.value;
  if (told === undefined) return;
  const at = digitsAt(footer);
  if (at === null || checksum(footer, at) !== told) throw new Error('it fails its checksum');
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
