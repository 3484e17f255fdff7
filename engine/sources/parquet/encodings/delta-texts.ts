import { readDeltaIntegers } from './delta-integers.ts';

export interface DeltaTextsOptions {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Bytes of every value where the column's values are of one length; null: lengths are written before each. */
  readonly fixedLength: number | null;
}

/** A prefix may be shared by a million values: what is decoded may be far larger than the page. */
const MAX_DECODED = 1 << 30;

/**
 * Byte arrays in DELTA_LENGTH_BYTE_ARRAY (apache/parquet-format, Encodings.md: all lengths, then all bytes) as a
 * plain page has them.
 */
export function readDeltaLengthTexts({ bytes, count }: DeltaTextsOptions): Uint8Array {
  const { values: lengths, end } = readDeltaIntegers({ bytes, at: 0, count, words: 1 });
  const total = plainLength(lengths);
  // Before memory is taken for what lengths that are damaged say.
  if (total - 4 * count > bytes.length - end) throw new Error('its texts end before its values');
  const plain = new Uint8Array(total);
  const view = new DataView(plain.buffer);
  let from = end;
  let to = 0;
  for (const length of lengths) {
    view.setInt32(to, length, true);
    plain.set(bytes.subarray(from, from + length), to + 4);
    from += length;
    to += 4 + length;
  }
  return plain;
}

/**
 * Byte arrays in DELTA_BYTE_ARRAY (the same, Encodings.md: how much each shares with the one before it, then the
 * rest of each) as a plain page has them.
 */
export function readDeltaTexts({ bytes, count, fixedLength }: DeltaTextsOptions): Uint8Array {
  const prefixes = readDeltaIntegers({ bytes, at: 0, count, words: 1 });
  const suffixes = readDeltaIntegers({ bytes, at: prefixes.end, count, words: 1 });
  const headLength = fixedLength === null ? 4 : 0;
  const total = plainLength(prefixes.values) + plainLength(suffixes.values) - 4 * count;
  if (total > MAX_DECODED) throw new Error(`texts of ${total} bytes in a page of ${bytes.length}`);
  const plain = new Uint8Array(total - (4 - headLength) * count);
  const view = new DataView(plain.buffer);
  let from = suffixes.end;
  let to = 0;
  let last = 0;
  let lastLength = 0;
  for (let i = 0; i < count; i++) {
    const prefix = prefixes.values[i]!;
    const suffix = suffixes.values[i]!;
    const length = prefix + suffix;
    if (prefix > lastLength || from + suffix > bytes.length || (fixedLength ?? length) !== length)
      throw new Error(`a text of ${prefix} shared and ${suffix} own bytes`);
    if (fixedLength === null) view.setInt32(to, length, true);
    plain.copyWithin(to + headLength, last, last + prefix);
    plain.set(bytes.subarray(from, from + suffix), to + headLength + prefix);
    last = to + headLength;
    lastLength = length;
    from += suffix;
    to = last + length;
  }
  return plain;
}

/** Bytes of texts of these lengths with a word before each. */
function plainLength(lengths: Int32Array): number {
  let total = 0;
  for (const length of lengths) {
    if (length < 0) throw new Error(`a text of ${length} bytes`);
    total += 4 + length;
  }
  return total;
}
