import type { ColumnSink } from './column-sink.ts';
import { eachDecimal } from './decode-decimals.ts';
import type { Reading } from './stored-column.ts';
import type { IntegerReading } from './stored-type.ts';
import { checkValueBytes, checkWidth } from './value-bytes.ts';

/**
 * A sink of texts for a column that stores them in another form, so that an id is the same id whether a file holds
 * it as text, as an integer, as a decimal without a fraction or as a UUID.
 */
export function throughTexts(sink: ColumnSink, reading: Reading): ColumnSink {
  if (reading.as === 'text') return sink;
  return {
    ...sink,
    decodePlain({ bytes, count, into, at }) {
      sink.decodePlain({ bytes: textsOf(reading, bytes, count), count, into, at });
    },
  };
}

/** Plain values as a plain page of texts: each behind its length. */
function textsOf(reading: Reading, bytes: Uint8Array, count: number): Uint8Array {
  if (reading.as === 'fixed_text') return withLengths(bytes, count, reading.length);
  if (reading.as === 'uuid') return textsOfUuids(bytes, count);
  if (reading.as === 'decimal') return textsOfDecimals(bytes, count, reading);
  if (reading.as === 'integer') return textsOfIntegers(bytes, count, reading);
  throw new Error(`${reading.as} where texts are needed`);
}

function withLengths(bytes: Uint8Array, count: number, length: number): Uint8Array {
  checkValueBytes(bytes.length, count * length);
  const texts = new Uint8Array(count * (4 + length));
  const view = new DataView(texts.buffer);
  for (let i = 0; i < count; i++) {
    view.setInt32(i * (4 + length), length, true);
    texts.set(bytes.subarray(i * length, (i + 1) * length), i * (4 + length) + 4);
  }
  return texts;
}

const HEX = new TextEncoder().encode('0123456789abcdef');
const DASH = 0x2d;

/** RFC 9562's text: 8-4-4-4-12 digits. */
function textsOfUuids(bytes: Uint8Array, count: number): Uint8Array {
  checkValueBytes(bytes.length, count * 16);
  const texts = new Uint8Array(count * 40);
  const view = new DataView(texts.buffer);
  let to = 0;
  for (let i = 0; i < count; i++) {
    view.setInt32(to, 36, true);
    to += 4;
    for (let j = 0; j < 16; j++) {
      const byte = bytes[i * 16 + j]!;
      if (j === 4 || j === 6 || j === 8 || j === 10) texts[to++] = DASH;
      texts[to++] = HEX[byte >> 4]!;
      texts[to++] = HEX[byte & 15]!;
    }
  }
  return texts;
}

/** Sign and digits of 38-digit decimals and of 64-bit integers fit, their length before them. */
const MOST_BYTES = 4 + 48;

function textsOfDecimals(
  bytes: Uint8Array,
  count: number,
  reading: Extract<Reading, { as: 'decimal' }>,
): Uint8Array {
  const texts = new Uint8Array(count * (MOST_BYTES + 2 * reading.length));
  const put = createDigits(texts);
  let end = 0;
  eachDecimal({ reading, bytes, count }, (_, unscaled, exact) => {
    end = put(exact ?? unscaled);
  });
  return texts.subarray(0, end);
}

function textsOfIntegers(bytes: Uint8Array, count: number, reading: IntegerReading): Uint8Array {
  const { bits, signed } = reading;
  checkValueBytes(bytes.length, count * (bits === 64 ? 8 : 4));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = new Uint8Array(count * MOST_BYTES);
  const put = createDigits(texts);
  let end = 0;
  for (let i = 0; i < count; i++) {
    if (bits === 64) {
      end = put(signed ? view.getBigInt64(i * 8, true) : view.getBigUint64(i * 8, true));
      continue;
    }
    const word = view.getInt32(i * 4, true);
    if (bits < 32) checkWidth(word, reading);
    end = put(signed ? word : word >>> 0);
  }
  return texts.subarray(0, end);
}

/** Appends integers to `texts` as decimal digits behind their length; returns where they end. */
function createDigits(texts: Uint8Array): (value: number | bigint) => number {
  const view = new DataView(texts.buffer);
  let to = 0;
  return (value) => {
    const digits = String(value);
    if (to + 4 + digits.length > texts.length) throw new Error(`a number of ${digits.length} digits`);
    view.setInt32(to, digits.length, true);
    to += 4;
    for (let i = 0; i < digits.length; i++) texts[to++] = digits.charCodeAt(i);
    return to;
  };
}
