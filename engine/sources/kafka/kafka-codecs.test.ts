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

  it.each(KAFKA_CODECS.slice(1))('by %s up to the bytes that it may have, and no further', async (codec) => {
    registerKafkaCodecs();
    const make = kafkajs.CompressionCodecs[codecNumber(codec) as keyof typeof kafkajs.CompressionCodecs];
    const most = 8 << 20;
    const bounded = createUncompress(most);
    const pack = async (bytes: number) => (await make().compress({ buffer: Buffer.alloc(bytes) })) as Buffer;
    // LZ4 does not say how much of its last block, of 4 MB, there is.
    expect(bounded(codecNumber(codec), await pack(most / 2)).length).toBe(most / 2);
    const bomb = await pack(2 * most);
    expect(bomb.length).toBeLessThan(most / 8);
    expect(() => bounded(codecNumber(codec), bomb)).toThrow(RangeError);
  });

  it('by zstd not at all where blocks of a few bytes each stand for 128 KB', () => {
    const block = Buffer.from([0b010, 0, 0x10, 0]);
    const last = Buffer.from([0b011, 0, 0x10, 0]);
    const bomb = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58]),
      ...Array(9_999).fill(block),
      last,
    ]);
    expect(() => uncompress(codecNumber('zstd'), bomb)).toThrow('a batch of more than 268435456 bytes');
    const few = Buffer.concat([bomb.subarray(0, 6), block, last]);
    expect(uncompress(codecNumber('zstd'), few).equals(Buffer.alloc(2 << 17))).toBe(true);
  });

  it('in blocks of snappy that are too many together', () => {
    const packed = snappy.compressSync(Buffer.alloc(1 << 20));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(packed.length);
    const head = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0, 0, 0, 0, 1, 0, 0, 0, 1]);
    const blocks = (count: number) => Buffer.concat([head, ...Array(count).fill([length, packed]).flat()]);
    const bounded = createUncompress(2 << 20);
    expect(bounded(codecNumber('snappy'), blocks(2)).length).toBe(2 << 20);
    expect(() => bounded(codecNumber('snappy'), blocks(3))).toThrow(RangeError);
  });

  it('by no codec that there is not, and from no bytes of another', () => {
    expect(() => uncompress(5, text)).toThrow('no codec has the number 5');
    for (const codec of KAFKA_CODECS.slice(1)) expect(() => uncompress(codecNumber(codec), text)).toThrow();
  });
});
