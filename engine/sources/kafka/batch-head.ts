import { crc32c } from '@node-rs/crc32';
import { GmvError } from '../../errors.ts';

/** The head of a batch of records as Kafka stores it (format 2; kafka.apache.org/documentation/#recordbatch). */
export interface BatchHead {
  /** Its partition, for messages. */
  readonly name: string;
  /** Of its records, in the bytes that it was read from. */
  readonly start: number;
  readonly end: number;
  readonly baseOffset: number;
  /** Of the last record that it was written with, which compaction may have taken away. */
  readonly lastOffset: number;
  /** Kafka's number of the codec. */
  readonly codec: number;
  /** The broker's clock, not the producer's, gave its records their time: all have `maxTimeMs`. */
  readonly byBroker: boolean;
  readonly baseTimeMs: number;
  readonly maxTimeMs: number;
  readonly transactional: boolean;
  /** Marks the end of a transaction instead of holding records. */
  readonly control: boolean;
  readonly producerId: bigint;
  readonly count: number;
}

const LENGTH_AT = 8;
/** Bytes before those that the length counts. */
const BEFORE_LENGTH = 12;
const MAGIC_AT = 16;
const CHECKSUM_AT = 17;
const FORMAT = 2;
const ATTRIBUTES_AT = 21;
const LAST_DELTA_AT = 23;
const BASE_TIME_AT = 27;
const MAX_TIME_AT = 35;
const PRODUCER_AT = 43;
const COUNT_AT = 57;
const RECORDS_AT = 61;

/**
 * Where the batch at `at` ends, −1 where it is cut off: a fetch ends anywhere.
 *
 * @throws GmvError `kafka_old_format`, `kafka_damaged`
 */
export function batchEnd(bytes: Buffer, at: number, name: string): number {
  if (at + RECORDS_AT > bytes.length) return -1;
  const end = at + BEFORE_LENGTH + bytes.readInt32BE(at + LENGTH_AT);
  const magic = bytes.readInt8(at + MAGIC_AT);
  if (magic !== FORMAT) {
    throw new GmvError(
      'kafka_old_format',
      `Records of partition ${name} at offset ${bytes.readBigInt64BE(at)} are stored in format ${magic}, from before Kafka 0.11`,
      'Start behind them, or copy them to a new topic.',
    );
  }
  if (end < at + RECORDS_AT) throw damaged(name, bytes.readBigInt64BE(at));
  return end <= bytes.length ? end : -1;
}

/** The offset after the batch at `at`, as far as it was written. */
export function offsetAfter(bytes: Buffer, at: number): number {
  return int64(bytes, at) + bytes.readInt32BE(at + LAST_DELTA_AT) + 1;
}

/**
 * Reads the head of the whole batch [at, end), whose bytes are those that were written.
 *
 * @throws GmvError `kafka_damaged`
 */
export function readBatchHead(bytes: Buffer, at: number, end: number, name: string): BatchHead {
  if (crc32c(bytes.subarray(at + ATTRIBUTES_AT, end)) !== bytes.readUInt32BE(at + CHECKSUM_AT)) {
    throw damaged(name, bytes.readBigInt64BE(at));
  }
  const attributes = bytes.readInt16BE(at + ATTRIBUTES_AT);
  return {
    name,
    start: at + RECORDS_AT,
    end,
    baseOffset: int64(bytes, at),
    lastOffset: offsetAfter(bytes, at) - 1,
    codec: attributes & 0b111,
    byBroker: (attributes & 0b1000) !== 0,
    transactional: (attributes & 0b1_0000) !== 0,
    control: (attributes & 0b10_0000) !== 0,
    baseTimeMs: int64(bytes, at + BASE_TIME_AT),
    maxTimeMs: int64(bytes, at + MAX_TIME_AT),
    producerId: bytes.readBigInt64BE(at + PRODUCER_AT),
    count: bytes.readInt32BE(at + COUNT_AT),
  };
}

export function damaged(name: string, offset: bigint | number): GmvError {
  return new GmvError(
    'kafka_damaged',
    `The records of partition ${name} at offset ${offset} can't be read`,
    'Its bytes are damaged, or its codec is unknown here: the broker’s kafka-dump-log.sh shows it. Start behind it.',
  );
}

/** Exact below 2^53. */
function int64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}
