import type { RecordBatch } from '../../events/record-batch.ts';
import { type BatchHead, batchEnd, damaged, readBatchHead } from './batch-head.ts';
import type { FetchedPart } from './fetch-buffer.ts';
import { type RecordCursor, readRecords, varint } from './read-records.ts';

/** A batch has so many bytes of values at most, unless one record has more. */
const MAX_TEXTS = 4 << 20;
/** What ends a transaction whose records are not to be seen (kafka.apache.org/documentation/#controlbatch). */
const ABORT = 0;

export interface PartReader {
  /**
   * Reads rows behind those that the batch has, moving the part's position on, also past what gives no rows: control
   * records, aborted transactions, what compaction took away. True when the part is used up, false when the batch is full.
   *
   * @throws GmvError `kafka_damaged`
   */
  read(part: FetchedPart, batch: RecordBatch): boolean;
}

export function createPartReader(uncompress: (codec: number, bytes: Buffer) => Buffer): PartReader {
  let current: FetchedPart | null = null;
  let at = 0;
  let cursor: RecordCursor | null = null;
  let isAborted: (head: BatchHead) => boolean = () => false;

  const unpack = (bytes: Buffer, head: BatchHead): RecordCursor => {
    const stored = bytes.subarray(head.start, head.end);
    try {
      return { bytes: uncompress(head.codec, stored), head, at: 0, left: head.count };
    } catch (cause) {
      throw Object.assign(damaged(head.name, head.baseOffset), { cause });
    }
  };

  return {
    read(part, batch) {
      const { state, records } = part;
      if (part !== current) {
        current = part;
        at = 0;
        cursor = null;
        isAborted = abortedBatches(part);
      }
      for (;;) {
        if (batch.length === batch.capacity || batch.records.texts.length >= MAX_TEXTS) return false;
        if (cursor === null) {
          const end = at < records.length ? batchEnd(records, at, state.name) : -1;
          if (end < 0) {
            current = null;
            return true;
          }
          const head = readBatchHead(records, at, end, state.name);
          at = end;
          if (isAborted(head) || head.control || head.count === 0 || head.lastOffset < state.position) {
            state.position = Math.max(state.position, head.lastOffset + 1);
            continue;
          }
          cursor = unpack(records, head);
        }
        readRecords(cursor, batch, state.position, MAX_TEXTS);
        if (cursor.left > 0) {
          state.position = batch.records.offset[batch.length - 1]! + 1;
          return false;
        }
        state.position = cursor.head.lastOffset + 1;
        cursor = null;
      }
    },
  };
}

/** Tells, for the batches of a part in their order, whether each is of an aborted transaction (as Java's client does). */
function abortedBatches({ aborted, records }: FetchedPart): (head: BatchHead) => boolean {
  if (aborted.length === 0) return () => false;
  const coming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  const open = new Set<bigint>();
  return (head) => {
    while (coming.length > 0 && coming[0]!.firstOffset <= head.lastOffset)
      open.add(coming.shift()!.producerId);
    if (head.control && isAbort(records, head)) open.delete(head.producerId);
    return head.transactional && open.has(head.producerId);
  };
}

/** Whether a control batch, which is never packed, ends its transaction in vain: the type is its first record's key. */
function isAbort(bytes: Buffer, head: BatchHead): boolean {
  const cursor = { bytes, at: head.start };
  varint(cursor);
  cursor.at++;
  varint(cursor);
  varint(cursor);
  varint(cursor);
  return bytes.readInt16BE(cursor.at + 2) === ABORT;
}
