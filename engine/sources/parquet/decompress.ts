import * as zlib from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** Node's zstd came with 22.15; it is several times as fast as the one in JavaScript. */
const nativeZstd: ((input: Uint8Array) => Buffer) | undefined = Reflect.get(zlib, 'zstdDecompressSync');

/** Codec → decompressor: Node's own where it has one. */
export const decompressors: Compressors = {
  ...compressors,
  GZIP: (input) => asBytes(zlib.gunzipSync(input)),
  BROTLI: (input) => asBytes(zlib.brotliDecompressSync(input)),
  ...(nativeZstd ? { ZSTD: (input: Uint8Array) => asBytes(nativeZstd(input)) } : {}),
};

/** Not a Buffer, whose `slice` doesn't copy. */
const asBytes = ({ buffer, byteOffset, byteLength }: Buffer): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export const canDecompress = (codec: string): boolean => codec === 'UNCOMPRESSED' || codec in decompressors;
