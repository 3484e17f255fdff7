import type { CompressionCodec } from 'hyparquet';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';

/** How the pages of a file are compressed. */
export interface PageCodec {
  /** As footers call it. */
  readonly name: CompressionCodec;
  /** Compresses a page that is given in parts, one behind the other. */
  compress(parts: readonly Uint8Array[]): Uint8Array;
}

/** Needs no native code, so it is there wherever Node is. */
export const SNAPPY_PAGES: PageCodec = {
  name: 'SNAPPY',
  compress: (parts) => snappyCompress(Buffer.concat(parts)),
};
