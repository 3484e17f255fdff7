import { setTimeout as sleep } from 'node:timers/promises';
import type { GmvError } from '../../errors.ts';
import type { Schema } from '../../events/order-schema.ts';
import { createRecordBatch, type RecordBatch, type RecordDecoder } from '../../events/record-batch.ts';
import { say } from '../../protocol/sayings.ts';
import type { Source } from '../source.ts';
import { createFetchBuffer } from './fetch-buffer.ts';
import { createUncompress } from './kafka-codecs.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import { kafkaError } from './kafka-error.ts';
import type { KafkaEvent } from './kafka-event.ts';
import { runKafkaSession } from './kafka-session.ts';
import { createPartReader } from './part-reader.ts';
import { type PartitionState, progressOf } from './partition-state.ts';
import type { KafkaStart } from './start-positions.ts';

export interface KafkaSourceOptions {
  readonly connection: KafkaConnection;
  /** One that does not exist is waited for. */
  readonly topics: readonly string[];
  /** The group that offsets are left with every few seconds, for those who watch it; they are never read back. Null: no one is. */
  readonly groupId: string | null;
  readonly schema: Schema;
  readonly decoder: RecordDecoder;
  readonly start: KafkaStart;
  /** Most rows of a batch; default 4096. */
  readonly batchRows?: number;
  /** Gives the batches that are filled, for whoever keeps those that were polled; default: one that is refilled. */
  readonly nextBatch?: () => RecordBatch;
  /** Most bytes of answers in memory; default 64 MB. A single larger batch of records is still read. */
  readonly maxBufferedBytes?: number;
  /** How often it is looked for added partitions; ms, default 5000. */
  readonly metadataMs?: number;
  /** A broker that is silent for so long is left and asked again; ms, default 10,000. */
  readonly answerMs?: number;
  /** Epoch ms. */
  readonly clock: { now(): number };
  readonly onEvent: (event: KafkaEvent) => void;
}

export interface KafkaSource extends Source {
  /**
   * Every partition that was found. A checkpoint takes its offsets from here: they also pass what gives no rows, and name
   * partitions of which nothing was polled yet.
   */
  partitions(): ReturnType<NonNullable<Source['partitions']>>;
  /** Why nothing comes, if that is known, as a sentence without its full stop; null while it reads. */
  problem(): string | null;
  /** Bytes of answers in memory. */
  bufferedBytes(): number;
}

const BATCH_ROWS = 4_096;
const BUFFERED_BYTES = 64 << 20;
const ANSWER_BYTES = 8 << 20;
const METADATA_MS = 5_000;
const ANSWER_MS = 10_000;
/** `poll` waits so long for records before it says that there are none; ms. */
const POLL_MS = 20;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
/** A refusal that a broker may take back counts when it has lasted so long; ms. */
const REFUSED_MS = 3_000;
/** What stays wrong is said again after so long; ms. */
const SAID_MS = 60_000;

/**
 * Orders from Kafka topics, each partition in its order, each record once, from the offsets that it is started with. It
 * outlives brokers: whatever breaks, it connects again, for ever, and goes on where it was. Reading begins with the first
 * `poll`, which throws what no retry can heal:
 *
 * @throws GmvError `kafka_truncated`, `kafka_recreated`: what is to be read next is gone · `kafka_denied`: password, TLS or
 *   rights · `kafka_address`, `kafka_offset`, `kafka_old_format`, `kafka_damaged`
 */
export function createKafkaSource(options: KafkaSourceOptions): KafkaSource {
  const { connection, schema, decoder, clock, onEvent } = options;
  const topics = [...new Set(options.topics)];
  const { batchRows = BATCH_ROWS, maxBufferedBytes = BUFFERED_BYTES } = options;
  const { metadataMs = METADATA_MS, answerMs = ANSWER_MS } = options;
  const states = new Map<string, PartitionState>();
  const buffer = createFetchBuffer(maxBufferedBytes);
  const reader = createPartReader(createUncompress());
  const own = createRecordBatch(schema, batchRows);
  const { nextBatch = () => own } = options;
  let batch: RecordBatch | null = null;
  const answerBytes = Math.min(ANSWER_BYTES, Math.ceil(maxBufferedBytes / 2));
  const ending = new AbortController();
  let life: Promise<void> | null = null;
  let failure: GmvError | null = null;
  let problem: string | null = say('connecting');
  let begun = false;
  let announced = false;
  let missingBefore = '';
  let refusedMs: number | null = null;

  const onReading = (missing: readonly string[]): void => {
    begun = true;
    refusedMs = null;
    const names = missing.join(', ');
    problem = names === '' ? null : say('topic_awaited', { topic: names });
    if (problem && names !== missingBefore) onEvent({ kind: 'topic_missing', message: problem });
    missingBefore = names;
    if (!announced && states.size > 0) {
      announced = true;
      onEvent({ kind: 'connected', message: `Reads ${states.size} partitions of ${topics.join(', ')}` });
    }
  };

  const explain = (error: unknown): GmvError => kafkaError(error, say('kafka_unread'), connection.brokers);

  /** Whether the failure is one that no retry heals. */
  const isLasting = ({ code, retriable }: GmvError): boolean => {
    if (!retriable) return true;
    if (code !== 'kafka_recreated') return false;
    refusedMs ??= performance.now();
    return performance.now() - refusedMs > REFUSED_MS;
  };

  const run = async (): Promise<void> => {
    const { signal } = ending;
    let waitMs = 0;
    let saidMs = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const sinceMs = performance.now();
      try {
        const fetch = { buffer, answerBytes, clock };
        await runKafkaSession({
          ...options,
          topics,
          states,
          begun,
          fetch,
          metadataMs,
          answerMs,
          signal,
          onReading,
        });
      } catch (error) {
        if (signal.aborted) return;
        const explained = explain(error);
        if (isLasting(explained)) {
          failure = explained;
          return;
        }
        const nowMs = performance.now();
        if (problem !== explained.message || nowMs - saidMs > SAID_MS) {
          onEvent({ kind: 'lost', message: explained.message });
          saidMs = nowMs;
        }
        problem = explained.message;
        announced = false;
        // One that lived was well: only those that break at once are put off longer and longer.
        const lived = nowMs - sinceMs > LONGEST_WAIT_MS;
        waitMs = lived ? FIRST_WAIT_MS : Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, waitMs * 2));
        await sleep(waitMs, undefined, { signal }).catch(() => {});
      }
    }
  };

  const replaying = (): boolean => {
    for (const { position, replayTo } of states.values()) if (position < replayTo) return true;
    return !begun;
  };

  /** The next rows, of one partition. */
  const take = (): { readonly rows: RecordBatch; readonly state: PartitionState } | null => {
    batch ??= nextBatch();
    const rows = batch;
    rows.length = 0;
    rows.records.texts.length = 0;
    for (let part = buffer.first(); part; part = buffer.first()) {
      const { state } = part;
      if (reader.read(part, rows)) buffer.shift();
      if (rows.length === 0) continue;
      batch = null;
      return { rows, state };
    }
    return null;
  };

  return {
    name: `kafka ${topics.join(', ')}`,
    bounded: false,
    async poll() {
      life ??= run()
        .catch((error: unknown) => {
          failure = explain(error);
        })
        .finally(() => buffer.wake());
      for (let waited = false; !ending.signal.aborted; waited = true) {
        const taken = take();
        if (taken) {
          const { rows, state } = taken;
          const writtenMs = rows.recordTimeMs[rows.length - 1]!;
          if (!Number.isNaN(writtenMs)) state.recordMs = writtenMs;
          decoder.decode(rows, 0, rows.length);
          const { name, position } = state;
          return {
            kind: 'batch',
            batch: rows,
            partition: name,
            nextOffset: String(position),
            replaying: replaying(),
          };
        }
        if (failure) throw failure;
        if (waited) break;
        await buffer.arrival(POLL_MS);
      }
      return { kind: 'idle', retryAfterMs: 0, replaying: replaying() };
    },
    partitions() {
      const nowMs = clock.now();
      return [...states.values()].map((state) => progressOf(state, nowMs));
    },
    problem: () => failure?.message ?? problem,
    bufferedBytes: () => buffer.byteLength,
    async close() {
      ending.abort();
      buffer.wake();
      await life;
    },
  };
}
