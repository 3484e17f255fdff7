import * as zlib from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** Node's zstd came with 22.15; it is several times as fast as the one in JavaScript. */
const nativeZstd: ((input: Uint8Array) => Uint8Array) | undefined = Reflect.get(zlib, 'zstdDecompressSync');

/** Codec → decompressor: Node's own where it has one. */
export const decompressors: Compressors = {
  ...compressors,
  GZIP: (input) => zlib.gunzipSync(input),
  BROTLI: (input) => zlib.brotliDecompressSync(input),
  ...(nativeZstd ? { ZSTD: nativeZstd } : {}),
};

export const canDecompress = (codec: string): boolean => codec === 'UNCOMPRESSED' || codec in decompressors;
