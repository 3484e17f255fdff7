import * as zlib from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { ZSTDDecoder } from 'zstddec';
import { decompressLz4, decompressLz4Raw } from './decompress-lz4.ts';

type Decompress = (input: Uint8Array, length: number) => Uint8Array;
type ViaNode = (input: Uint8Array, options: { chunkSize: number; maxOutputLength: number }) => Buffer;

/** Node's own zstd came with 22.15. */
const nativeZstd: ViaNode | undefined = Reflect.get(zlib, 'zstdDecompressSync');

let loading: Promise<Compressors> | undefined;

/** Codec → decompressor: Node's own where it has one; zstd else by WebAssembly, three times as fast as JavaScript. */
export function loadDecompressors(): Promise<Compressors> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Compressors> {
  const snappy = compressors.SNAPPY;
  return {
    ...(snappy && { SNAPPY: withPreamble(snappy) }),
    // Gzip of one or several members, and zlib's own format, which old C++ writers called gzip.
    GZIP: viaNode(zlib.unzipSync),
    BROTLI: viaNode(zlib.brotliDecompressSync),
    ZSTD: nativeZstd ? viaNode(nativeZstd) : await loadZstd(),
    LZ4: decompressLz4,
    LZ4_RAW: decompressLz4Raw,
  };
}

const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4', 'LZ4_RAW'];

export const canDecompress = (codec: string): boolean => CODECS.includes(codec);

/** The decompressor believes the length that the data begins with, even where it is not the page's. */
function withPreamble(decompress: Decompress): Decompress {
  return (input, length) => {
    let told = 0;
    for (let i = 0; i < 5; i++) {
      const byte = input[i] ?? 0;
      told += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) break;
    }
    if (told !== length) throw new Error(`snappy data of ${told} bytes in a page of ${length}`);
    return length === 0 ? new Uint8Array(0) : decompress(input, length);
  };
}

async function loadZstd(): Promise<Decompress> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return (input, length) => (length === 0 ? new Uint8Array(0) : decoder.decode(input, length));
}

const LEAST_CHUNK = 64;
const MOST_CHUNK = 1 << 26;

/**
 * One allocation for all usual pages, and never more than the header says. Gives plain bytes: a Buffer's `slice`
 * doesn't copy, and who keeps a slice would keep the page.
 */
function viaNode(decompress: ViaNode): Decompress {
  return (input, length) => {
    if (length === 0) return new Uint8Array(0);
    // One byte more than needed, else a second chunk is made for what might follow.
    const chunkSize = Math.min(Math.max(LEAST_CHUNK, length + 1), MOST_CHUNK);
    const { buffer, byteOffset, byteLength } = decompress(input, { chunkSize, maxOutputLength: length + 1 });
    return new Uint8Array(buffer, byteOffset, byteLength);
  };
}
