import { gunzipSync } from 'node:zlib';
import { Decoder, Encoder } from '@toondepauw/node-zstd';
import kafkajs, { type CompressionCodecs as Codecs } from 'kafkajs';
import lz4 from 'lz4-napi';
import snappy from 'snappy';

/** How a batch of records may be compressed. */
export const KAFKA_CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export type KafkaCodec = (typeof KAFKA_CODECS)[number];

/** Kafka's number of a codec, as it stands in a batch's attributes. */
export const codecNumber = (codec: KafkaCodec): number => KAFKA_CODECS.indexOf(codec);

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
 * @throws Error for bytes that are none of that codec, and for a number that stands for none
 */
export function createUncompress(): (codec: number, bytes: Buffer) => Buffer {
  const decoder = new Decoder();
  const byNumber: readonly ((bytes: Buffer) => Buffer)[] = [
    (bytes) => bytes,
    (bytes) => gunzipSync(bytes),
    uncompressSnappy,
    (bytes) => lz4.decompressFrameSync(bytes),
    (bytes) => decoder.decodeSync(bytes),
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

function uncompressSnappy(bytes: Buffer): Buffer {
  const whole = (block: Buffer): Buffer => Buffer.from(snappy.uncompressSync(block, { asBuffer: true }));
  if (bytes.length < XERIAL_HEAD || XERIAL.compare(bytes, 0, XERIAL.length) !== 0) return whole(bytes);
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEAD; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    blocks.push(whole(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}
