import { gzipSync } from 'node:zlib';
import { crc32c } from '@node-rs/crc32';

export interface StoredRecord {
  readonly offset: number;
  readonly timeMs: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [string, string | null])[];
}

export interface StoredBatch {
  readonly baseOffset: number;
  /** Compaction may have taken the last records away. */
  readonly lastOffset: number;
  readonly records: readonly StoredRecord[];
  readonly gzip: boolean;
  readonly byBroker: boolean;
  readonly producerId: bigint;
  readonly transactional: boolean;
  /** Ends a transaction, and holds no records. */
  readonly marker: 'abort' | 'commit' | null;
}

/**
 * A batch as Kafka stores it (format 2), written from kafka.apache.org/documentation/#recordbatch and not from what
 * reads it.
 */
export function storedBatch(batch: StoredBatch): Buffer {
  const { baseOffset, lastOffset, records, gzip, byBroker, producerId, transactional, marker } = batch;
  const times = records.map(({ timeMs }) => timeMs);
  const [base, max] = [times[0] ?? 0, Math.max(0, ...times)];
  const plain = marker
    ? sized(
        Buffer.concat([
          Buffer.of(0),
          varint(0),
          varint(0),
          bytes(markerKey(marker)),
          bytes(Buffer.alloc(6)),
          varint(0),
        ]),
      )
    : Buffer.concat(records.map((record) => sized(body(record, base, baseOffset))));
  const packed = gzip && !marker ? gzipSync(plain) : plain;
  const head = Buffer.alloc(61);
  head.writeBigInt64BE(BigInt(baseOffset), 0);
  head.writeInt32BE(head.length - 12 + packed.length, 8);
  head.writeInt8(2, 16);
  head.writeInt16BE(
    (gzip && !marker ? 1 : 0) + (byBroker ? 8 : 0) + (transactional ? 16 : 0) + (marker ? 32 : 0),
    21,
  );
  head.writeInt32BE(lastOffset - baseOffset, 23);
  head.writeBigInt64BE(BigInt(base), 27);
  head.writeBigInt64BE(BigInt(max), 35);
  head.writeBigInt64BE(producerId, 43);
  head.writeInt32BE(marker ? 1 : records.length, 57);
  const whole = Buffer.concat([head, packed]);
  whole.writeUInt32BE(crc32c(whole.subarray(21)), 17);
  return whole;
}

const body = (
  { offset, timeMs, key, value, headers }: StoredRecord,
  baseMs: number,
  baseOffset: number,
): Buffer =>
  Buffer.concat([
    Buffer.of(0),
    varint(timeMs - baseMs),
    varint(offset - baseOffset),
    bytes(key),
    bytes(value),
    varint(headers.length),
    ...headers.flatMap(([name, content]) => [bytes(name), bytes(content)]),
  ]);

const markerKey = (marker: 'abort' | 'commit'): Buffer => Buffer.of(0, 0, 0, marker === 'abort' ? 0 : 1);

const sized = (content: Buffer): Buffer => Buffer.concat([varint(content.length), content]);

function bytes(content: string | Buffer | null): Buffer {
  return content === null ? varint(-1) : sized(Buffer.from(content));
}

function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const out: number[] = [];
  for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...out, Number(rest)]);
}
