import type { Kafka } from 'kafkajs';
import { GmvError } from '../../errors.ts';

export interface OpenTopicOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  /** How many partitions it must have; null: as it is, or as brokers make one. */
  readonly partitions: number | null;
}

/**
 * Makes the topic where there is none, and gives its number of partitions.
 *
 * @throws GmvError `kafka_partitions` where it has another number than was asked for; what kafkajs throws.
 */
export async function openTopic({ kafka, topic, partitions }: OpenTopicOptions): Promise<number> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const known = await admin.listTopics();
    if (!known.includes(topic)) {
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
