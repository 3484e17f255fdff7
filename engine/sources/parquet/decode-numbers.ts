import { decodeDecimals } from './decode-decimals.ts';
import type { Reading } from './stored-column.ts';
import type { IntegerReading } from './stored-type.ts';
import { checkValueBytes, checkWidth } from './value-bytes.ts';

/** Plain little-endian values → exact numbers in `out[at…]`; see {@link decodeNumbers}. */
export interface DecodeNumbersOptions {
  readonly reading: Reading;
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly out: Float64Array;
  readonly at: number;
}

const WORD = 4_294_967_296;

/**
 * Decodes `count` plain values. Integers come as they are, those beyond ±2^53 as the nearest double (every cap
 * is lower, so validation refuses them); decimals by {@link decodeDecimals}; timestamps as epoch milliseconds,
 * micro- and nanoseconds floored. Integers and timestamps are read without making a BigInt.
 */
export function decodeNumbers(options: DecodeNumbersOptions): void {
  const { reading } = options;
  if (reading.as === 'integer' && reading.bits === 64) decode64(options, reading.signed);
  else if (reading.as === 'integer') decode32(options, reading);
  else if (reading.as === 'timestamp') decodeTimestamps(options, reading.unitsPerMs);
  else if (reading.as === 'int96') decodeInt96(options);
  else if (reading.as === 'decimal') decodeDecimals({ ...options, reading });
  else throw new Error(`${reading.as} where numbers are needed`);
}

/** Stored words of `bytes`, copied only where they are not aligned. */
function wordsOf(bytes: Uint8Array, length: number): Int32Array {
  checkValueBytes(bytes.length, length * 4);
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice(0, length * 4);
  return new Int32Array(aligned.buffer, aligned.byteOffset, length);
}

function decode32({ bytes, count, out, at }: DecodeNumbersOptions, reading: IntegerReading): void {
  const words = wordsOf(bytes, count);
  if (reading.bits < 32) for (let i = 0; i < count; i++) checkWidth(words[i]!, reading);
  if (reading.signed) for (let i = 0; i < count; i++) out[at + i] = words[i]!;
  else for (let i = 0; i < count; i++) out[at + i] = words[i]! >>> 0;
}

function decode64({ bytes, count, out, at }: DecodeNumbersOptions, signed: boolean): void {
  const words = wordsOf(bytes, count * 2);
  for (let i = 0; i < count; i++) {
    const high = signed ? words[2 * i + 1]! : words[2 * i + 1]! >>> 0;
    out[at + i] = high * WORD + (words[2 * i]! >>> 0);
  }
}

function decodeTimestamps({ bytes, count, out, at }: DecodeNumbersOptions, unitsPerMs: number): void {
  const words = wordsOf(bytes, count * 2);
  if (unitsPerMs === 1) {
    for (let i = 0; i < count; i++) out[at + i] = words[2 * i + 1]! * WORD + (words[2 * i]! >>> 0);
    return;
  }
  for (let i = 0; i < count; i++)
    out[at + i] = floorDivide(words[2 * i + 1]!, words[2 * i]! >>> 0, unitsPerMs);
}

/** floor((high·2^32 + low) / divisor), exact for divisors up to a million: the remainder's part stays below 2^53. */
function floorDivide(high: number, low: number, divisor: number): number {
  const quotient = Math.floor(high / divisor);
  return quotient * WORD + Math.floor(((high - quotient * divisor) * WORD + low) / divisor);
}

const JULIAN_DAY_OF_EPOCH = 2_440_588;
const DAY_MS = 86_400_000;

function decodeInt96({ bytes, count, out, at }: DecodeNumbersOptions): void {
  const words = wordsOf(bytes, count * 3);
  for (let i = 0; i < count; i++) {
    const ofDay = floorDivide(words[3 * i + 1]!, words[3 * i]! >>> 0, 1_000_000);
    out[at + i] = (words[3 * i + 2]! - JULIAN_DAY_OF_EPOCH) * DAY_MS + ofDay;
  }
}
