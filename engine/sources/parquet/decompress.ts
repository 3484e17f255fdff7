import * as zlib from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { ZSTDDecoder } from 'zstddec';

/** Node's own zstd came with 22.15. */
const nativeZstd: ((input: Uint8Array) => Buffer) | undefined = Reflect.get(zlib, 'zstdDecompressSync');

let loading: Promise<Compressors> | undefined;

/** Codec → decompressor: Node's own where it has one; zstd else by WebAssembly, three times as fast as JavaScript. */
export function loadDecompressors(): Promise<Compressors> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Compressors> {
  return {
    ...compressors,
    GZIP: viaNode(zlib.gunzipSync),
    BROTLI: viaNode(zlib.brotliDecompressSync),
    ZSTD: nativeZstd ? viaNode(nativeZstd) : await loadZstd(),
  };
}

async function loadZstd(): Promise<(input: Uint8Array, length: number) => Uint8Array> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return (input, length) => (length === 0 ? new Uint8Array(0) : decoder.decode(input, length));
}

/** Gives plain bytes: a Buffer's `slice` doesn't copy, and who keeps a slice would keep the page. */
function viaNode(decompress: (input: Uint8Array) => Buffer): (input: Uint8Array) => Uint8Array {
  return (input) => {
    const { buffer, byteOffset, byteLength } = decompress(input);
    return new Uint8Array(buffer, byteOffset, byteLength);
  };
}

export const canDecompress = (codec: string): boolean => codec === 'UNCOMPRESSED' || codec in compressors;
