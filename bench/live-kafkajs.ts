import { randomUUID } from 'node:crypto';
import kafkajs, { type EachBatchPayload } from 'kafkajs';
import type { OrderEvent } from '../engine/events/order-event.ts';
import { registerKafkaCodecs } from '../engine/sources/kafka/kafka-codecs.ts';
import type { Measured } from './harness.ts';
import { startLiveClock, type TopicToRead } from './live-clock.ts';

type Messages = EachBatchPayload['batch']['messages'];

/** kafkajs by itself, with fetches of the size that served it best: every message is handed to it and counted. */
export function countWithKafkajs(topic: TopicToRead): Promise<Measured> {
  return readWithKafkajs(topic, () => undefined);
}

/** What most programs do: kafkajs, and an object for each message. */
export async function parseWithKafkajs(topic: TopicToRead): Promise<Measured> {
  let parsed = 0;
  const measured = await readWithKafkajs(topic, (messages) => {
    for (const { value } of messages) {
      if ((JSON.parse(String(value)) as OrderEvent).event_id !== undefined) parsed++;
    }
  });
  if (parsed !== measured.rows) throw new Error(`${parsed} of ${measured.rows} messages have an event_id`);
  return measured;
}

async function readWithKafkajs(
  topicToRead: TopicToRead,
  take: (messages: Messages) => void,
): Promise<Measured> {
  const { broker, topic, rows } = topicToRead;
  registerKafkaCodecs();
  const kafka = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.ERROR });
  const consumer = kafka.consumer({
    groupId: `bench-${randomUUID()}`,
    maxBytes: 10_000_000,
    maxBytesPerPartition: 2_000_000,
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let clock = startLiveClock(topicToRead);
  // What comes before is a group's coordination, not reading.
  consumer.on(consumer.events.GROUP_JOIN, () => {
    clock = startLiveClock(topicToRead);
  });
  let read = 0;
  const measured = await new Promise<Measured>((done, fail) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => fail(payload.error));
    const run = consumer.run({
      autoCommit: false,
      async eachBatch({ batch: { messages } }) {
        take(messages);
        read += messages.length;
        if (read >= rows) done({ ...clock.stop(), digest: () => null });
      },
    });
    run.catch(fail);
  });
  await consumer.disconnect();
  if (read !== rows) throw new Error(`${read} messages were read, not ${rows}`);
  return measured;
}
