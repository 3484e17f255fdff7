import type { DecimalReading } from './stored-column.ts';
import { checkValueBytes } from './value-bytes.ts';

/** What a decimal with a fraction becomes: validation rejects whatever is no integer, by its column's name. */
export const NOT_AN_INTEGER = 0.5;

export interface EachDecimalOptions {
  readonly reading: DecimalReading;
  /** Plain values. */
  readonly bytes: Uint8Array;
  readonly count: number;
}

export interface DecodeDecimalsOptions extends EachDecimalOptions {
  readonly out: Float64Array;
  readonly at: number;
}

/**
 * Decimals as the numbers that they are: 12.00 is 12, and 12.34 is {@link NOT_AN_INTEGER}, never 12 or 1234.
 * Beyond ±2^53 the nearest double comes (every cap is lower, so validation refuses it).
 */
export function decodeDecimals({ out, at, ...values }: DecodeDecimalsOptions): void {
  const { reading } = values;
  const unit = 10 ** reading.scale;
  const bigUnit = 10n ** BigInt(reading.scale);
  eachDecimal(values, (i, unscaled, exact) => {
    if (exact === null) {
      const quotient = unscaled / unit;
      // Never rounded to an integer: half of its last place is less than 1/unit, as |unscaled| ≤ 2^53.
      out[at + i] = Number.isInteger(quotient) ? quotient : NOT_AN_INTEGER;
    } else out[at + i] = exact % bigUnit === 0n ? Number(exact / bigUnit) : NOT_AN_INTEGER;
  });
}

const HIGH = 4_294_967_296;
const SAFE_HIGH = 0x20_0000;

/**
 * Calls with each unscaled value: a number where it is within ±2^53, else also the exact BigInt.
 *
 * @throws Error where the values end early.
 */
export function eachDecimal(
  { reading, bytes, count }: EachDecimalOptions,
  take: (index: number, unscaled: number, exact: bigint | null) => void,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { stored, length } = reading;
  if (stored !== 'binary') checkValueBytes(bytes.length, count * length);
  if (stored === 'words') {
    for (let i = 0; i < count; i++) {
      const low = length === 4 ? view.getInt32(i * 4, true) : view.getUint32(i * 8, true);
      const high = length === 4 ? 0 : view.getInt32(i * 8 + 4, true);
      if (high >= -SAFE_HIGH && high < SAFE_HIGH) take(i, high * HIGH + low, null);
      else take(i, high * HIGH + low, view.getBigInt64(i * 8, true));
    }
    return;
  }
  let start = 0;
  for (let i = 0; i < count; i++) {
    let size = length;
    if (stored === 'binary') {
      if (start + 4 > bytes.length) throw new Error('its values end early');
      size = view.getInt32(start, true);
      start += 4;
      if (!(size > 0 && start + size <= bytes.length)) throw new Error(`a decimal of ${size} bytes`);
    }
    takeBytes(view, start, size, i, take);
    start += size;
  }
  checkValueBytes(bytes.length, start);
}

/** Two's complement, the highest byte first. */
function takeBytes(
  view: DataView,
  start: number,
  size: number,
  index: number,
  take: (index: number, unscaled: number, exact: bigint | null) => void,
): void {
  const isNegative = size > 0 && view.getInt8(start) < 0;
  const sign = isNegative ? 0xff : 0;
  let first = start;
  while (first < start + size && view.getUint8(first) === sign) first++;
  const significant = start + size - first;
  if (significant <= 6) {
    let value = isNegative ? -1 : 0;
    for (let at = first; at < start + size; at++) value = value * 256 + view.getUint8(at);
    take(index, value, null);
    return;
  }
  let exact = isNegative ? -1n : 0n;
  for (let at = first; at < start + size; at++) exact = (exact << 8n) | BigInt(view.getUint8(at));
  take(index, Number(exact), exact);
}
