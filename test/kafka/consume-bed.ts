import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Kafka, type Message } from 'kafkajs';
import { ORDER_SCHEMA } from '../../engine/events/order-schema.ts';
import type { RecordBatch, RecordDecoder } from '../../engine/events/record-batch.ts';
import { NO_TEXT } from '../../engine/events/record-columns.ts';
import { codecNumber, type KafkaCodec } from '../../engine/sources/kafka/kafka-codecs.ts';
import type { KafkaEvent } from '../../engine/sources/kafka/kafka-event.ts';
import {
  createKafkaSource,
  type KafkaSource,
  type KafkaSourceOptions,
} from '../../engine/sources/kafka/kafka-source.ts';

export interface ReadRow {
  readonly partition: string;
  readonly offset: number;
  /** Null for a tombstone. */
  readonly value: string | null;
  readonly timeMs: number;
}

/** A source whose batches can be kept, and what it said besides. */
export interface TestSource {
  readonly source: KafkaSource;
  readonly events: readonly KafkaEvent[];
  /** All rows polled so far, in their order. */
  readonly rows: ReadRow[];
  /** Next offsets, as a checkpoint would keep them. */
  offsets(): Record<string, string>;
  /** Polls until the condition holds; an error after two minutes. */
  until(condition: () => boolean): Promise<void>;
}

const PATIENCE_MS = 120_000;

/** Hands the rows over as they are: what they mean is not asked here. */
const AS_THEY_ARE: RecordDecoder = { decode() {} };

export type TestSourceOptions = Partial<KafkaSourceOptions> & Pick<KafkaSourceOptions, 'topics'>;

/** Gives a source to `work` and closes it behind it. */
export async function withTestSource<T>(
  broker: string,
  options: TestSourceOptions,
  work: (reader: TestSource) => Promise<T>,
): Promise<T> {
  const reader = openTestSource(broker, options);
  try {
    return await work(reader);
  } finally {
    await reader.source.close();
  }
}

export function openTestSource(broker: string, options: TestSourceOptions): TestSource {
  const events: KafkaEvent[] = [];
  const rows: ReadRow[] = [];
  const source = createKafkaSource({
    connection: { brokers: [broker] },
    groupId: 'gmv-test',
    schema: ORDER_SCHEMA,
    decoder: AS_THEY_ARE,
    start: 'earliest',
    metadataMs: 300,
    clock: Date,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return {
    source,
    events,
    rows,
    offsets: () =>
      Object.fromEntries(
        (source.partitions() ?? []).map(({ partition, nextOffset }) => [partition, nextOffset]),
      ),
    async until(condition) {
      for (const untilMs = Date.now() + PATIENCE_MS; !condition(); ) {
        const polled = await source.poll();
        if (polled.kind === 'batch') rows.push(...rowsOf(polled.batch as RecordBatch, polled.partition));
        else if (Date.now() > untilMs) {
          throw new Error(
            `nothing more after ${rows.length} rows; ${source.problem()}; ${JSON.stringify(events)}`,
          );
        }
      }
    },
  };
}

function rowsOf({ length, records, recordTimeMs }: RecordBatch, partition: string): ReadRow[] {
  const { texts, value, offset } = records;
  return Array.from({ length }, (_, row) => {
    const [start, end] = [value.start[row]!, value.end[row]!];
    const text = start === NO_TEXT ? null : Buffer.from(texts.bytes.subarray(start, end)).toString();
    return { partition, offset: offset[row]!, value: text, timeMs: recordTimeMs[row]! };
  });
}

/** Makes a topic and waits until each partition has its leader. */
export async function makeTopic(
  kafka: Kafka,
  topic: string,
  partitions: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await admin.createTopics({
      topics: [{ topic, numPartitions: partitions, configEntries }],
      waitForLeaders: true,
      timeout: PATIENCE_MS,
    });
    await patiently(() => admin.fetchTopicOffsets(topic));
  });
}

/** Adds partitions to a topic and waits until each has its leader. */
export async function addPartitions(kafka: Kafka, topic: string, count: number): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    await admin.createPartitions({ topicPartitions: [{ topic, count }], timeout: PATIENCE_MS });
    await patiently(async () => {
      const found = await admin.fetchTopicOffsets(topic);
      if (found.length < count) throw new Error(`${topic} has ${found.length} partitions, not ${count}`);
    });
  });
}

export async function withAdmin<T>(
  kafka: Kafka,
  work: (admin: ReturnType<Kafka['admin']>) => Promise<T>,
): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** A topic that was just made has no leader for a moment. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const untilMs = Date.now() + PATIENCE_MS; ; ) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > untilMs) throw error;
      await sleep(100);
    }
  }
}

/** Sends each partition's messages in their order, each once, in batches of `perBatch`. */
export async function sendTo(options: {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly messages: readonly Message[];
  readonly codec?: KafkaCodec;
  readonly perBatch?: number;
}): Promise<void> {
  const { kafka, topic, messages, codec = 'none', perBatch = 500 } = options;
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  for (let at = 0; at < messages.length; at += perBatch) {
    await producer.send({
      topic,
      compression: codecNumber(codec),
      messages: messages.slice(at, at + perBatch),
    });
  }
  await producer.disconnect();
}

/** `count` messages of about 200 bytes, in turn over the partitions. */
export function messagesFor(partitions: number, count: number, first = 0): Message[] {
  return Array.from({ length: count }, (_, i) => ({
    partition: (first + i) % partitions,
    key: `key ${first + i}`,
    value: `{"n":${first + i},"filler":"${'é'.repeat(80)}"}`,
    timestamp: String(1_700_000_000_000 + first + i),
  }));
}

export const numberOf = ({ value }: ReadRow): number => (JSON.parse(value ?? 'null') as { n: number }).n;

/** What the messages become, each partition in its order. */
export function expectedRows(topic: string, messages: readonly Message[]): ReadRow[] {
  const next = new Map<number, number>();
  const rows = messages.map(({ partition = 0, value, timestamp }) => {
    const offset = next.get(partition) ?? 0;
    next.set(partition, offset + 1);
    const text = value === null ? null : String(value);
    return { partition: `${topic}/${partition}`, offset, value: text, timeMs: Number(timestamp) };
  });
  return sorted(rows);
}

/** By partition and then by order of arrival. */
export const sorted = (rows: readonly ReadRow[]): ReadRow[] =>
  [...rows].sort((a, b) => a.partition.localeCompare(b.partition));
