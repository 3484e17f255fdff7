import type { SchemaElement } from 'hyparquet';
import { readDeltaIntegers } from './delta-integers.ts';
import { readDeltaLengthTexts, readDeltaTexts } from './delta-texts.ts';

export interface ToPlainOptions {
  readonly encoding: string;
  /** A page's values. */
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly element: SchemaElement;
}

/**
 * Values in one of the rarer encodings, laid out as a plain page has them, so that one decoder serves all.
 *
 * @throws Error for values that don't fit their count, and for an encoding that the format does not allow here.
 */
export function toPlain({ encoding, bytes, count, element }: ToPlainOptions): Uint8Array {
  const { type } = element;
  const width = widthOf(element);
  if (encoding === 'PLAIN') return bytes;
  if (encoding === 'DELTA_BINARY_PACKED' && (type === 'INT32' || type === 'INT64')) {
    const { values } = readDeltaIntegers({ bytes, at: 0, count, words: type === 'INT32' ? 1 : 2 });
    return new Uint8Array(values.buffer);
  }
  if (encoding === 'DELTA_LENGTH_BYTE_ARRAY' && type === 'BYTE_ARRAY')
    return readDeltaLengthTexts({ bytes, count, fixedLength: null });
  if (encoding === 'DELTA_BYTE_ARRAY' && (type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY'))
    return readDeltaTexts({ bytes, count, fixedLength: type === 'BYTE_ARRAY' ? null : width });
  if (encoding === 'BYTE_STREAM_SPLIT' && width !== null) return joinStreams(bytes, count, width);
  throw new Error(`${type} values in ${encoding}`);
}

/** Bytes of a value; null where values differ in length. */
function widthOf({ type, type_length: length }: SchemaElement): number | null {
  if (type === 'INT32') return 4;
  if (type === 'INT64') return 8;
  if (type === 'INT96') return 12;
  return type === 'FIXED_LEN_BYTE_ARRAY' ? (length ?? null) : null;
}

/** BYTE_STREAM_SPLIT: first the first byte of every value, then the second of every value, and so on. */
function joinStreams(bytes: Uint8Array, count: number, width: number): Uint8Array {
  if (bytes.length < count * width)
    throw new Error(`values end after ${bytes.length} of ${count * width} bytes`);
  const plain = new Uint8Array(count * width);
  for (let stream = 0; stream < width; stream++) {
    const from = stream * count;
    for (let i = 0; i < count; i++) plain[i * width + stream] = bytes[from + i]!;
  }
  return plain;
}
