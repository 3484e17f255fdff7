import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { messagesOfFiles } from '../engine/cli/messages-of-files.ts';
import { sendPaced } from '../engine/cli/send-paced.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import { createKafkaClient } from '../engine/sources/kafka/kafka-client.ts';
import type { KafkaCodec } from '../engine/sources/kafka/kafka-codecs.ts';
import { openOrderProducer } from '../engine/sources/kafka/order-producer.ts';

type StartBroker = typeof import('../scripts/kafka/start-broker.mjs').startBroker;
export type LiveBroker = Awaited<ReturnType<StartBroker>>;

/** Benchmarks run bundled in `dist/`, one below the package. */
export const PACKAGE = dirname(dirname(resolve(process.argv[1] ?? '')));
export const PARTITIONS = 4;

const FOLDER = join(tmpdir(), 'gmv-bench-broker');
const GONE_MS = 60_000;

/** The real broker as `npm run kafka` starts it. Its topics stay in the system's folder for temporary files. */
export async function startLiveBroker(): Promise<LiveBroker> {
  // It finds its own files beside itself, so it is no part of a bundle.
  const module = pathToFileURL(join(PACKAGE, 'scripts', 'kafka', 'start-broker.mjs')).href;
  const { startBroker } = (await import(module)) as { startBroker: StartBroker };
  return startBroker({
    port: 0,
    dataFolder: FOLDER,
    partitions: PARTITIONS,
    say: (line) => console.log(line),
  });
}

/** Deletes what brokers kept. */
export async function discardBroker(): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true });
}

/** A topic with all rows of the Parquet file, as `gmv produce` sends them; written once. */
export async function orderTopic(options: {
  readonly broker: string;
  readonly file: string;
  readonly rows: number;
  readonly codec: KafkaCodec;
}): Promise<string> {
  const { broker, file, rows, codec } = options;
  const topic = `${basename(file, '.parquet')}.${codec}`;
  const held = await recordsOf(broker, topic);
  if (held === rows) return topic;
  if (held !== null) await removeTopic(broker, topic);
  console.log(`sending ${rows} order events to topic ${topic} …`);
  const producer = await openOrderProducer({ brokers: [broker], topic, partitions: PARTITIONS, codec });
  try {
    await sendPaced({
      chunks: messagesOfFiles({ files: [file], schema: ORDER_SCHEMA, limit: rows }),
      producer,
      pace: { dueMs: () => Number.NEGATIVE_INFINITY },
      clock: { now: () => performance.now(), sleep: async (ms) => void (await sleep(ms)) },
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
  } finally {
    await producer.close();
  }
  const sent = await recordsOf(broker, topic);
  if (sent !== rows) throw new Error(`topic ${topic} has ${sent} records, not ${rows}`);
  return topic;
}

/** How many records the topic holds; null where there is none of that name. */
async function recordsOf(broker: string, topic: string): Promise<number | null> {
  return asAdmin(broker, async (admin) => {
    if (!(await admin.listTopics()).includes(topic)) return null;
    const ends = await admin.fetchTopicOffsets(topic);
    return ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  });
}

/** Deletes the topic and waits until its name is free. */
export async function removeTopic(broker: string, topic: string): Promise<void> {
  await asAdmin(broker, async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    const untilMs = Date.now() + GONE_MS;
    while ((await admin.listTopics()).includes(topic)) {
      if (Date.now() > untilMs) throw new Error(`topic ${topic} is still there after ${GONE_MS / 1000} s`);
      await sleep(100);
    }
  });
}

type Admin = ReturnType<ReturnType<typeof createKafkaClient>['admin']>;

async function asAdmin<T>(broker: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = createKafkaClient({ brokers: [broker], clientId: 'gmv-bench' }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
