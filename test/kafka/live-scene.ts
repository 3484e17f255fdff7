import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { expect } from 'vitest';
import { newestManifest } from '../../engine/checkpoints/newest-manifest.ts';
import { createRandom, shuffled } from '../builders.ts';
import { makeTopic, withAdmin } from './consume-bed.ts';
import { type KafkaBed, readTopic } from './kafka-bed.ts';
import { type Expected, expectedOf } from './live-expected.ts';
import { disturbed, ordersOfDay } from './live-orders.ts';
import { createLiveProducer, type LiveProducer } from './live-producer.ts';
import { createLiveServer, type LiveServer } from './live-server.ts';

const CURRENCY = 'CNY';
/** Of each topic. */
export const PARTITIONS = 2;
const PATIENCE_MS = 180_000;

export interface SceneOptions {
  readonly bed: KafkaBed;
  /** Of the broker that runs now. */
  readonly broker: string;
  readonly topic: string;
  readonly seed: number;
  /** Whether the server's threads and disk can be made to fail: by files in the folder `faults`. */
  readonly withFaults?: boolean;
}

/** A topic, who sends orders to it, and a server that reads it. */
export interface LiveScene {
  readonly topic: string;
  readonly folder: string;
  /** Only with faults. */
  readonly faults: string;
  readonly server: LiveServer;
  readonly producer: LiveProducer;
  /** Days `from` … `to`, one after another; the topic says what then must be. */
  send(from: number, to: number): Promise<void>;
  expected(): Promise<Expected>;
  /** Sent, consumed, and in a checkpoint. */
  settle(): Promise<void>;
  /** Files of that extension, the oldest first. */
  checkpoints(extension: string): string[];
  close(): Promise<void>;
}

export async function openLiveScene(options: SceneOptions): Promise<LiveScene> {
  const { bed, broker, topic, seed, withFaults = false } = options;
  const folder = join(bed.folder, `server-of-${topic}`);
  const faults = join(folder, 'faults');
  mkdirSync(faults, { recursive: true });
  await makeTopic(bed.kafka, topic, PARTITIONS);
  const live = { checkpointEverySeconds: 1 };
  const server = createLiveServer({ folder, broker, topic, live, ...(withFaults && { faults }) });
  const producer = createLiveProducer(bed.kafka, topic);
  const random = createRandom(seed);
  const checkpointFolder = join(server.dataFolder, 'live/checkpoints');
  return {
    topic,
    folder,
    faults,
    server,
    producer,
    async send(from, to) {
      for (let day = from; day <= to; day++) {
        const events = shuffled(ordersOfDay(day, 25, random), seed + day);
        const shares = { duplicates: 0.05, conflicts: 0.01, malformed: 0.02 };
        await producer.send(disturbed({ events, partitions: PARTITIONS, ...shares, random }));
        await sleep(50);
      }
    },
    expected: async () => expectedOf(topic, await readTopic(bed.kafka, topic), CURRENCY),
    settle: () => untilCheckpointed({ kafka: bed.kafka, topic, server }),
    checkpoints: (extension) =>
      readdirSync(checkpointFolder)
        .filter((name) => name.endsWith(extension))
        .sort()
        .map((name) => join(checkpointFolder, name)),
    async close() {
      await server.kill();
      await producer.close();
    },
  };
}

/** Until a checkpoint, and so the archive, has all that the topic holds by now. */
export async function untilCheckpointed(options: {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly server: LiveServer;
}): Promise<void> {
  const { kafka, topic, server } = options;
  const folder = join(server.dataFolder, 'live/checkpoints');
  const ends = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
  for (const untilMs = Date.now() + PATIENCE_MS; ; await sleep(100)) {
    const offsets = (await newestManifest(folder))?.offsets ?? {};
    if (ends.every(({ partition, offset }) => offsets[`${topic}/${partition}`] === offset)) return;
    expect(Date.now(), `${JSON.stringify(offsets)}\n${server.said()}`).toBeLessThan(untilMs);
  }
}
