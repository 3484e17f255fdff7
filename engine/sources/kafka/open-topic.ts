import type { Kafka } from 'kafkajs';
import { GmvError } from '../../errors.ts';

export interface OpenTopicOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  /** How many partitions it must have; null: as it is, or as brokers make one. */
  readonly partitions: number | null;
  /** Whether it is made where there is none; default true. */
  readonly make?: boolean;
}

/**
 * Makes the topic where there is none, and gives its number of partitions.
 *
 * @throws GmvError `kafka_no_topic` where there is none and none is to be made, `kafka_partitions` where it has another number than was asked for; what kafkajs throws.
 */
export async function openTopic(options: OpenTopicOptions): Promise<number> {
  const { kafka, topic, partitions, make = true } = options;
  const admin = kafka.admin();
  try {
    await admin.connect();
    const known = await admin.listTopics();
    if (!known.includes(topic)) {
      if (!make)
        throw new GmvError('kafka_no_topic', `There is no topic ${topic}`, 'Name one that is there.');
      await admin.createTopics({
        topics: [{ topic, numPartitions: partitions ?? -1 }],
        waitForLeaders: true,
      });
    }
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const found = topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
    if (partitions !== null && found !== partitions) {
      throw new GmvError(
        'kafka_partitions',
        `Topic ${topic} has ${found} partitions, not ${partitions}`,
        'Leave --partitions out, or name another topic.',
      );
    }
    return found;
  } finally {
    await admin.disconnect();
  }
}
