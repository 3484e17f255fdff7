import { Encoder } from '@toondepauw/node-zstd';
import type { PageCodec } from './page-codec.ts';

/** Level 3, zstd's own default, takes more than twice the time for files of the same size: random ids have no repeats. */
const LEVEL = 1;

/** zstd by native code: five times as fast as snappy in JavaScript, and a third of its size on ids. */
export function createZstdPages(): PageCodec {
  const encoder = new Encoder(LEVEL);
  /** Pages are put together here, one after the other: memory of their own would keep V8 collecting. */
  let page = Buffer.alloc(0);
  return {
    name: 'ZSTD',
    compress(parts) {
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      if (length > page.length) page = Buffer.alloc(Math.max(length, page.length * 2));
      let at = 0;
      for (const part of parts) {
        page.set(part, at);
        at += part.length;
      }
      return encoder.encodeSync(page.subarray(0, length));
    },
  };
}
