import type { RecordBatch } from '../../events/record-batch.ts';
import { NO_TEXT, reserveTexts } from '../../events/record-columns.ts';
import { type BatchHead, damaged } from './batch-head.ts';

/** A place in the unpacked records of one batch. */
export interface RecordCursor {
  readonly bytes: Buffer;
  readonly head: BatchHead;
  at: number;
  /** Records from `at` on. */
  left: number;
}

/** Kafka's "no timestamp". */
const NO_TIME = -1;

/**
 * Reads records into the rows behind those that the batch has, until it is full, its texts reach `maxBytes` or none is
 * left; those below `fromOffset` are passed over. The bytes between the first and the last taken are copied as they are,
 * keys and all, which is faster than a copy for each value.
 *
 * @throws GmvError `kafka_damaged`
 */
export function readRecords(
  cursor: RecordCursor,
  batch: RecordBatch,
  fromOffset: number,
  maxBytes: number,
): void {
  const { bytes, head } = cursor;
  const { recordTimeMs, capacity, records } = batch;
  const { texts, value, offset } = records;
  let row = batch.length;
  let copyFrom = cursor.at;
  let shift = texts.length - copyFrom;
  while (cursor.left > 0 && row < capacity && cursor.at + shift < maxBytes) {
    const length = varint(cursor);
    const end = cursor.at + length;
    if (!(length > 0 && end <= bytes.length)) throw damaged(head.name, head.baseOffset);
    cursor.at++;
    const sinceBaseMs = varint(cursor);
    const recordOffset = head.baseOffset + varint(cursor);
    const keyLength = varint(cursor);
    cursor.at += Math.max(0, keyLength);
    const valueLength = varint(cursor);
    const start = cursor.at;
    if (start + valueLength > end) throw damaged(head.name, recordOffset);
    cursor.at = end;
    cursor.left--;
    if (recordOffset < fromOffset) {
      copyFrom = end;
      shift = texts.length - copyFrom;
      continue;
    }
    const timeMs = head.byBroker ? head.maxTimeMs : head.baseTimeMs + sinceBaseMs;
    recordTimeMs[row] = timeMs === NO_TIME ? Number.NaN : timeMs;
    offset[row] = recordOffset;
    value.start[row] = valueLength < 0 ? NO_TEXT : start + shift;
    value.end[row] = valueLength < 0 ? NO_TEXT : start + shift + valueLength;
    row++;
  }
  batch.length = row;
  reserveTexts(texts, cursor.at - copyFrom);
  bytes.copy(texts.bytes, texts.length, copyFrom, cursor.at);
  texts.length += cursor.at - copyFrom;
}

const BITS = 7;
const MORE = 0x80;
/** Bytes whose bits fit a 32-bit shift. */
const SHORT = 28;

/** A zigzag varint (protobuf's), exact below 2^53. */
export function varint(cursor: { readonly bytes: Uint8Array; at: number }): number {
  const { bytes } = cursor;
  let byte = bytes[cursor.at++]!;
  if (byte < MORE) return (byte >>> 1) ^ -(byte & 1);
  let raw = byte & (MORE - 1);
  let bits = BITS;
  do {
    byte = bytes[cursor.at++]!;
    raw = bits < SHORT ? raw | ((byte & (MORE - 1)) << bits) : raw + (byte & (MORE - 1)) * 2 ** bits;
    bits += BITS;
  } while (byte >= MORE);
  return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
}
