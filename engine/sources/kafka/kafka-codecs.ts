import { gunzipSync } from 'node:zlib';
import { Decoder, Encoder } from '@toondepauw/node-zstd';
import kafkajs, { type CompressionCodecs as Codecs } from 'kafkajs';
import lz4 from 'lz4-napi';
import snappy from 'snappy';
import { lz4Bound, snappyBound, type UnpackedBound, zstdBound } from './unpacked-bound.ts';

/** How a batch of records may be compressed. */
export const KAFKA_CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export type KafkaCodec = (typeof KAFKA_CODECS)[number];

/** Kafka's number of a codec, as it stands in a batch's attributes. */
export const codecNumber = (codec: KafkaCodec): number => KAFKA_CODECS.indexOf(codec);

/** A batch unpacks to so many bytes at most: brokers take 1 MB of it unless told otherwise, which may be anything. */
const UNPACKED_BYTES = 256 << 20;
const ZSTD_LEVEL = 3;
const XERIAL_HEAD = 16;
/** Begins snappy's framing by Java clients: blocks, each behind its length (github.com/xerial/snappy-java). */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);

interface Encoded {
  readonly buffer: Buffer;
}

/**
 * What unpacks a batch by the number of its codec.
 *
 * @throws Error for bytes that are none of that codec, or would be more than `maxBytes` (default 256 MB), and for a
 *   number that stands for no codec
 */
export function createUncompress(maxBytes = UNPACKED_BYTES): (codec: number, bytes: Buffer) => Buffer {
  const decoder = new Decoder();
  const bounded = (boundOf: UnpackedBound, unpack: (bytes: Buffer) => Buffer) => (bytes: Buffer) => {
    if (boundOf(bytes) > maxBytes) throw new RangeError(`a batch of more than ${maxBytes} bytes`);
    return unpack(bytes);
  };
  const unsnap = bounded(snappyBound, (block) => {
    return Buffer.from(snappy.uncompressSync(block, { asBuffer: true }));
  });
  const byNumber: readonly ((bytes: Buffer) => Buffer)[] = [
    (bytes) => bytes,
    (bytes) => gunzipSync(bytes, { maxOutputLength: maxBytes }),
    (bytes) => uncompressSnappy(bytes, unsnap, maxBytes),
    bounded(lz4Bound, (bytes) => lz4.decompressFrameSync(bytes)),
    bounded(zstdBound, (bytes) => decoder.decodeSync(bytes)),
  ];
  return (codec, bytes) => {
    const uncompress = byNumber[codec];
    if (!uncompress) throw new RangeError(`no codec has the number ${codec}`);
    return uncompress(bytes);
  };
}

/** Teaches kafkajs, which has gzip alone, the other codecs; more than once changes nothing. */
export function registerKafkaCodecs(): void {
  const codecs: typeof Codecs = kafkajs.CompressionCodecs;
  const { Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;
  const uncompress = createUncompress();
  const decompress = (codec: KafkaCodec) => async (bytes: Buffer) => uncompress(codecNumber(codec), bytes);
  codecs[Snappy] = () => ({
    compress: async ({ buffer }: Encoded) => snappy.compressSync(buffer),
    decompress: decompress('snappy'),
  });
  codecs[LZ4] = () => ({
    compress: async ({ buffer }: Encoded) => lz4.compressFrameSync(buffer),
    decompress: decompress('lz4'),
  });
  const encoder = new Encoder(ZSTD_LEVEL);
  codecs[ZSTD] = () => ({
    compress: async ({ buffer }: Encoded) => encoder.encodeSync(buffer),
    decompress: decompress('zstd'),
  });
}

function uncompressSnappy(bytes: Buffer, unsnap: (block: Buffer) => Buffer, maxBytes: number): Buffer {
  if (bytes.length < XERIAL_HEAD || XERIAL.compare(bytes, 0, XERIAL.length) !== 0) return unsnap(bytes);
  const blocks: Buffer[] = [];
  let unpacked = 0;
  for (let at = XERIAL_HEAD; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const block = unsnap(bytes.subarray(at + 4, at + 4 + length));
    unpacked += block.length;
    if (unpacked > maxBytes) throw new RangeError(`a batch of more than ${maxBytes} bytes`);
    blocks.push(block);
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}
