import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Kafka } from 'kafkajs';
import { registerKafkaCodecs } from '../../engine/sources/kafka/kafka-codecs.ts';
import { brokerMissing } from '../../scripts/kafka/broker-jars.mjs';
import { startBroker } from '../../scripts/kafka/start-broker.mjs';

/** Why tests with a broker are skipped; null where they run. With `CI` set none is: there they fail instead. */
export const skipped = process.env.CI ? null : brokerMissing();

type BrokerExtras = Parameters<typeof startBroker>[0]['extras'];

export type Broker = Awaited<ReturnType<typeof startBroker>>;

export interface KafkaBed {
  readonly broker: Broker;
  /** The folder for files of tests; the broker's data is in `broker` there. */
  readonly folder: string;
  /** A client of kafkajs as it comes, but for the codecs. */
  readonly kafka: Kafka;
  close(): Promise<void>;
}

/** Starts a real broker with a folder of its own. */
export async function openKafkaBed(extras?: BrokerExtras): Promise<KafkaBed> {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-kafka-'));
  const broker = await startTestBroker(join(folder, 'broker'), 0, extras);
  return {
    broker,
    folder,
    kafka: bareKafka(broker.address),
    async close() {
      await broker.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function startTestBroker(dataFolder: string, port: number, extras?: BrokerExtras): Promise<Broker> {
  return startBroker({
    port,
    dataFolder,
    partitions: 3,
    // It lives for a minute: to compile its code twice costs more than it gains.
    extras: { java: ['-XX:TieredStopAtLevel=1'], ...extras },
    say: (line) => console.log(line),
  });
}

export function bareKafka(address: string): Kafka {
  registerKafkaCodecs();
  return new kafkajs.Kafka({
    brokers: [address],
    logLevel: kafkajs.logLevel.NOTHING,
    // A test that computes for a while answers nobody meanwhile.
    connectionTimeout: 30_000,
    retry: { retries: 10 },
  });
}

export interface ReadRecord {
  readonly partition: number;
  /** Decimal text. */
  readonly offset: string;
  readonly key: string;
  readonly value: string;
  /** The value as it is; null for a tombstone. */
  readonly bytes: Buffer | null;
  readonly timestampMs: number;
}

const MOST_TRIES = 30;

/** Everything that the topic holds by now, each partition in its order. */
export async function readTopic(kafka: Kafka, topic: string): Promise<ReadRecord[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await readOnce(kafka, topic);
    } catch (error) {
      // A broker that has just started lets no group in for a moment, and kafkajs gives up at once.
      if (tries === MOST_TRIES || !/coordinator|leader/.test(String(error))) throw error;
      await sleep(300);
    }
  }
}

async function readOnce(kafka: Kafka, topic: string): Promise<ReadRecord[]> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const left = new Map(ends.map(({ partition, high, low }) => [partition, Number(high) - Number(low)]));
  const wanted = [...left.values()].reduce((sum, count) => sum + count, 0);
  const records: ReadRecord[] = [];
  if (wanted === 0) return records;
  const consumer = kafka.consumer({ groupId: `read-${topic}-${Date.now()}`, readUncommitted: true });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      const run = consumer.run({
        autoCommit: false,
        async eachMessage({ partition, message: { offset, key, value, timestamp } }) {
          const timestampMs = Number(timestamp);
          const texts = { key: String(key), value: String(value) };
          records.push({ partition, offset, ...texts, bytes: value, timestampMs });
          if (records.length === wanted) resolve();
        },
      });
      run.catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return records.sort((a, b) => a.partition - b.partition);
}

const ATTRIBUTES = 22;
const CODEC_BITS = 7;

/** Numbers of the codecs that the first batches of the topic's partitions are stored with, by the broker's own files. */
export function storedCodecs(folder: string, topic: string): number[] {
  const records = join(folder, 'broker', 'records');
  const partitions = readdirSync(records).filter((name) => name.replace(/-\d+$/, '') === topic);
  const first = partitions.map((name) => readFileSync(join(records, name, '00000000000000000000.log')));
  return [...new Set(first.filter(({ length }) => length > 0).map((log) => log[ATTRIBUTES]! & CODEC_BITS))];
}
