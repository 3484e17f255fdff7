import { setTimeout as sleep } from 'node:timers/promises';
import { batchEnd, damaged, offsetAfter } from './batch-head.ts';
import { type BrokerLink, throwOnCode } from './broker-link.ts';
import { type FetchedPartition, readFetchAnswer } from './fetch-answer.ts';
import type { FetchBuffer, FetchedPart } from './fetch-buffer.ts';
import { byTopic } from './kafka-cluster.ts';
import { type PartitionState, partitionName } from './partition-state.ts';

/** How long a broker keeps a fetch that finds nothing; ms. */
const BROKER_WAIT_MS = 500;
/** One partition gives at most so many bytes at once, unless its next batch alone has more. */
const PARTITION_BYTES = 2 << 20;
/** Where so little came, the next fetch waits a moment for more: a thousand small answers cost more than a few. */
const SMALL_ANSWER = 64 << 10;
const LINGER_MS = 10;
const OFFSET_OUT_OF_RANGE = 1;

export interface FetchLoopOptions {
  readonly link: BrokerLink;
  /** The partitions that this broker leads. */
  readonly states: readonly PartitionState[];
  readonly buffer: FetchBuffer;
  /** Most bytes of one answer. */
  readonly answerBytes: number;
  readonly clock: { now(): number };
  readonly signal: AbortSignal;
}

/**
 * Fetches into the buffer, one answer at a time and while it has room, until the signal aborts.
 *
 * @throws what kafkajs throws; `OFFSET_OUT_OF_RANGE` where what is to be read next is gone.
 */
export async function fetchUntilAborted(options: FetchLoopOptions): Promise<void> {
  const { link, states, buffer, answerBytes, clock, signal } = options;
  const byName = new Map(states.map((state) => [state.name, state]));
  const doubts: Doubts = new Map();
  let turn = 0;
  while (!signal.aborted) {
    if (!buffer.reserve(answerBytes)) {
      for (const state of states) state.answeredMs = null;
      await buffer.departure();
      continue;
    }
    const sentMs = performance.now();
    // The broker fills an answer in this order: each partition is the first in its turn.
    const order = states.map((_, i) => states[(i + turn) % states.length]!);
    turn++;
    const answer = await link
      .send(
        'Fetch',
        {
          maxWaitTime: BROKER_WAIT_MS,
          minBytes: 1,
          maxBytes: answerBytes,
          topics: byTopic(order, ({ partition, fetchAt }) => {
            return { partition, fetchOffset: String(fetchAt), maxBytes: PARTITION_BYTES };
          }),
        },
        readFetchAnswer,
      )
      .finally(() => buffer.release(answerBytes));
    if (signal.aborted) return;
    const nowMs = clock.now();
    const parts: FetchedPart[] = [];
    let failed = { code: 0, subject: '' };
    for (const fetched of answer.partitions) {
      const state = byName.get(partitionName(fetched.topic, fetched.partition));
      if (!state) continue;
      // Fetching resumes inside the log, so a gap is compaction or a transaction's end; below its start it is a loss.
      const lost = fetched.errorCode === 0 && fetched.startOffset > state.fetchAt;
      const code = lost ? OFFSET_OUT_OF_RANGE : fetched.errorCode;
      if (code !== 0) {
        failed = { code, subject: `partition ${state.name}` };
        continue;
      }
      state.endOffset = fetched.endOffset;
      state.answeredMs = nowMs;
      const part = take(fetched, state, doubts);
      if (part) parts.push(part);
    }
    buffer.put(parts, answer.byteLength);
    try {
      throwOnCode(failed.code, failed.subject);
    } catch (error) {
      // Even where Kafka calls it lasting: who connects next finds out what it means.
      throw Object.assign(error as Error, { retriable: true });
    }
    const restMs = LINGER_MS - (performance.now() - sentMs);
    if (answer.byteLength < SMALL_ANSWER && restMs > 0) await sleep(restMs);
  }
}

/** Partitions whose last answer had records behind the end that it named, and where these begin. */
type Doubts = Map<PartitionState, number>;

/** The whole batches among the records, if there are any, behind which the partition is then fetched. */
function take(fetched: FetchedPartition, state: PartitionState, doubts: Doubts): FetchedPart | null {
  const { records, aborted, endOffset } = fetched;
  const { name } = state;
  let whole = 0;
  for (let end = batchEnd(records, 0, name); end >= 0; end = batchEnd(records, end, name)) {
    const after = offsetAfter(records, whole);
    // Offsets are the one thing of a batch that no checksum covers: they must fit what the broker says else. The first
    // batch may be one before those that were asked for.
    if (after <= state.fetchAt && whole > 0) throw damaged(name, state.fetchAt);
    if (after > endOffset) {
      // A broker looks where its log ends, then reads it: what was written meanwhile fits the next answer's end.
      if (doubts.get(state) === state.fetchAt) throw damaged(name, state.fetchAt);
      doubts.set(state, state.fetchAt);
      break;
    }
    state.fetchAt = Math.max(state.fetchAt, after);
    whole = end;
  }
  return whole === 0 ? null : { state, aborted, records: records.subarray(0, whole) };
}
