/** A transaction whose records are not to be seen, from `firstOffset` on. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** What a broker gives of one partition. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's; 0 is none. */
  readonly errorCode: number;
  /** Offset of the next record written, and the first that is still there; −1 with an error. */
  readonly endOffset: number;
  readonly startOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Batches of records as they are stored, the last of which may be cut off; a part of the answer's own bytes. */
  readonly records: Buffer;
}

export interface FetchAnswer {
  /** For kafkajs: how long the broker wants to be left alone; ms. */
  readonly clientSideThrottleTime: number;
  readonly byteLength: number;
  readonly partitions: readonly FetchedPartition[];
}

/** Versions from which on an answer has the field (kafka.apache.org/protocol). */
const HAS_START_OFFSET = 5;
const HAS_SESSION = 7;
const HAS_READ_REPLICA = 11;

/** Reads the answer to a fetch of versions 4 (Kafka 0.11) to 11, without reading its records. */
export function readFetchAnswer(payload: Buffer, version: number): FetchAnswer {
  let at = 0;
  const int16 = (): number => {
    at += 2;
    return payload.readInt16BE(at - 2);
  };
  const int32 = (): number => {
    at += 4;
    return payload.readInt32BE(at - 4);
  };
  const int64 = (): bigint => {
    at += 8;
    return payload.readBigInt64BE(at - 8);
  };
  const bytes = (length: number): Buffer => {
    const start = at;
    at += Math.max(0, length);
    return payload.subarray(start, at);
  };
  const list = <T>(item: () => T): T[] => Array.from({ length: Math.max(0, int32()) }, item);

  const clientSideThrottleTime = int32();
  if (version >= HAS_SESSION) at += 6;
  const partitions = list(() => {
    const topic = bytes(int16()).toString();
    return list(() => {
      const head = { partition: int32(), errorCode: int16(), endOffset: Number(int64()) };
      at += 8;
      const startOffset = version >= HAS_START_OFFSET ? Number(int64()) : -1;
      const aborted = list(() => ({ producerId: int64(), firstOffset: Number(int64()) }));
      if (version >= HAS_READ_REPLICA) at += 4;
      return { topic, ...head, startOffset, aborted, records: bytes(int32()) };
    });
  });
  return { clientSideThrottleTime, byteLength: payload.length, partitions: partitions.flat() };
}
