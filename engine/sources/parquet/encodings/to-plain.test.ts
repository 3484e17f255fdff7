import fc from 'fast-check';
import type { ParquetType, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { deltaBinaryPack, deltaByteArray, deltaLengthByteArray } from 'hyparquet-writer/src/delta.js';
import { writeByteStreamSplit } from 'hyparquet-writer/src/splitstream.js';
import { expect, it } from 'vitest';
import { toPlain } from './to-plain.ts';

const element = (type: ParquetType, length?: number): SchemaElement => ({
  name: 'x',
  type,
  ...(length !== undefined && { type_length: length }),
});

/** Bytes at an odd address, as they may lie within a page. */
function written(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  writer.appendUint8(0);
  write(writer);
  return writer.getBytes().subarray(1);
}

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const near = fc.bigInt({ min: -1000n, max: 1000n });
const edges = fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n, 2n ** 32n, -(2n ** 32n) - 1n);
const lists = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(values, { minLength: 1, maxLength: 300, size: 'max' });
const encoding = 'DELTA_BINARY_PACKED';

it('64-bit integers in delta encoding come back, whatever their differences', () => {
  const values = fc.oneof(lists(int64), lists(near), lists(edges), lists(fc.oneof(near, edges, int64)));
  const property = fc.property(values, (integers) => {
    const bytes = written((writer) => deltaBinaryPack(writer, integers, 'INT64'));
    const plain = toPlain({ encoding, bytes, count: integers.length, element: element('INT64') });
    expect([...new BigInt64Array(plain.buffer)]).toEqual(integers);
  });
  fc.assert(property, { numRuns: 100 });
});

it('a first integer of more than 64 bits is refused: readers would cut it off at places of their own', () => {
  // Blocks of 128 in 4 parts, one value; 9 bytes of 7 bits, and of the last one only the lowest bit has a place.
  const head = [0x80, 0x01, 4, 1];
  const read = (last: number) => {
    const bytes = Uint8Array.from([...head, ...Array(9).fill(0xff), last]);
    return toPlain({ encoding, bytes, count: 1, element: element('INT64') });
  };
  expect([...new BigInt64Array(read(0x01).buffer)]).toEqual([-(2n ** 63n)]);
  expect(() => read(0x03)).toThrow('a number of more than 64 bits');
});

it('32-bit integers in delta encoding come back, also where their differences wrap', () => {
  const values = fc.oneof(lists(fc.integer()), lists(fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, 0, 7)));
  const property = fc.property(values, (integers) => {
    const bytes = written((writer) => deltaBinaryPack(writer, Int32Array.from(integers), 'INT32'));
    const plain = toPlain({ encoding, bytes, count: integers.length, element: element('INT32') });
    expect([...new Int32Array(plain.buffer)]).toEqual(integers);
  });
  fc.assert(property, { numRuns: 100 });
});

const asPlain = (texts: readonly Uint8Array[]): Uint8Array =>
  written((writer) => {
    for (const text of texts) {
      writer.appendUint32(text.length);
      writer.appendBytes(text);
    }
  });

it('byte arrays in both delta encodings come back as plain ones', () => {
  const text = fc.uint8Array({ maxLength: 12, max: 3 });
  const property = fc.property(lists(text), (texts) => {
    const count = texts.length;
    const common = { count, element: element('BYTE_ARRAY') };
    const lengths = written((writer) => deltaLengthByteArray(writer, texts));
    const shared = written((writer) => deltaByteArray(writer, texts));
    const plain = asPlain(texts);
    expect(toPlain({ ...common, encoding: 'DELTA_LENGTH_BYTE_ARRAY', bytes: lengths })).toEqual(plain);
    expect(toPlain({ ...common, encoding: 'DELTA_BYTE_ARRAY', bytes: shared })).toEqual(plain);
  });
  fc.assert(property, { numRuns: 100 });
});

it('values of one length come back from delta encoding and from split streams', () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 20 }),
    fc.nat(),
    fc.integer({ min: 1, max: 200 }),
    (length, seed, count) => {
      const values = Array.from({ length: count }, (_, i) =>
        Uint8Array.from({ length }, (_, j) => (seed + i * (j > length / 2 ? 31 : 0)) & 0xff),
      );
      const fixed = { count, element: element('FIXED_LEN_BYTE_ARRAY', length) };
      const plain = written((writer) => {
        for (const value of values) writer.appendBytes(value);
      });
      const shared = written((writer) => deltaByteArray(writer, values));
      const split = written((writer) => writeByteStreamSplit(writer, values, 'FIXED_LEN_BYTE_ARRAY', length));
      expect(toPlain({ ...fixed, encoding: 'DELTA_BYTE_ARRAY', bytes: shared })).toEqual(plain);
      expect(toPlain({ ...fixed, encoding: 'BYTE_STREAM_SPLIT', bytes: split })).toEqual(plain);
    },
  );
  fc.assert(property);
});

it('texts that are longer than their page are refused before memory is taken for them', () => {
  for (const lengths of [Array(300).fill(2 ** 31 - 1), [2, 1], [2 ** 31 - 1]]) {
    const bytes = written((writer) => {
      deltaBinaryPack(writer, Int32Array.from(lengths), 'INT32');
      writer.appendBytes(Uint8Array.of(1, 2));
    });
    const read = () =>
      toPlain({
        encoding: 'DELTA_LENGTH_BYTE_ARRAY',
        bytes,
        count: lengths.length,
        element: element('BYTE_ARRAY'),
      });
    expect(read).toThrow('its texts end before its values');
  }
});

it('whatever is cut off or changed, there is an error or there are as many values', () => {
  const integers = Array.from({ length: 300 }, (_, i) => BigInt(i * i));
  const texts = integers.map((value) => new TextEncoder().encode(`text-${value}`));
  const pages = [
    { encoding, type: 'INT64', bytes: written((writer) => deltaBinaryPack(writer, integers, 'INT64')) },
    {
      encoding: 'DELTA_LENGTH_BYTE_ARRAY',
      type: 'BYTE_ARRAY',
      bytes: written((writer) => deltaLengthByteArray(writer, texts)),
    },
    {
      encoding: 'DELTA_BYTE_ARRAY',
      type: 'BYTE_ARRAY',
      bytes: written((writer) => deltaByteArray(writer, texts)),
    },
  ] as const;
  const property = fc.property(
    fc.constantFrom(...pages),
    fc.nat(),
    fc.integer({ min: 1, max: 255 }),
    fc.boolean(),
    (page, place, flip, cut) => {
      const at = place % page.bytes.length;
      const bytes = cut ? page.bytes.slice(0, at) : page.bytes.slice();
      if (!cut) bytes[at] = (bytes[at] ?? 0) ^ flip;
      let plain: Uint8Array | null = null;
      try {
        plain = toPlain({ encoding: page.encoding, bytes, count: 300, element: element(page.type) });
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        expect(String(error)).not.toMatch(/RangeError|TypeError/);
      }
      if (plain) expect(plain.length).toBeGreaterThanOrEqual(page.type === 'INT64' ? 2400 : 1200);
    },
  );
  fc.assert(property, { numRuns: 1000 });
});
