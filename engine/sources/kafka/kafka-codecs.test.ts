import kafkajs from 'kafkajs';
import snappy from 'snappy';
import { describe, expect, it } from 'vitest';
import { codecNumber, createUncompress, KAFKA_CODECS, registerKafkaCodecs } from './kafka-codecs.ts';

const text = Buffer.from('order '.repeat(9_000));
const uncompress = createUncompress();

describe('a batch is unpacked', () => {
  it.each(KAFKA_CODECS)('as kafkajs packs it with %s', async (codec) => {
    registerKafkaCodecs();
    const make = kafkajs.CompressionCodecs[codecNumber(codec) as keyof typeof kafkajs.CompressionCodecs];
    const packed = codec === 'none' ? text : await make().compress({ buffer: text });
    expect(uncompress(codecNumber(codec), packed as Buffer).equals(text)).toBe(true);
  });

  it('in snappy’s framing of Java clients, in as many blocks as they make', () => {
    const head = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0, 0, 0, 0, 1, 0, 0, 0, 1]);
    const blocks = [text.subarray(0, 32_768), text.subarray(32_768)].flatMap((part) => {
      const block = snappy.compressSync(part);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(block.length);
      return [length, block];
    });
    expect(uncompress(codecNumber('snappy'), Buffer.concat([head, ...blocks])).equals(text)).toBe(true);
  });

  it('by no codec that there is not, and from no bytes of another', () => {
    expect(() => uncompress(5, text)).toThrow('no codec has the number 5');
    for (const codec of KAFKA_CODECS.slice(1)) expect(() => uncompress(codecNumber(codec), text)).toThrow();
  });
});
