import kafkajs from 'kafkajs';
import { createKafkaClient } from './kafka-client.ts';
import { codecNumber, type KafkaCodec } from './kafka-codecs.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import { kafkaError } from './kafka-error.ts';
import { openTopic } from './open-topic.ts';

/** An order event on its way: JSON, and the id of its order, whose events share a partition. */
export interface OrderMessage {
  readonly key: string | null;
  readonly value: string | Buffer;
  /** Default: by its key. */
  readonly partition?: number;
}

export interface OrderProducer {
  readonly partitions: number;
  /**
   * Sends the messages, each of which gets the present time as its timestamp, and waits until every replica in sync
   * has them (acks=all). One call at a time, or their order is lost.
   */
  send(messages: readonly OrderMessage[]): Promise<void>;
  close(): Promise<void>;
}

export interface OrderProducerOptions extends KafkaConnection {
  readonly topic: string;
  /** How many partitions the topic must have; null: as it is, or as brokers make one. */
  readonly partitions: number | null;
  readonly codec: KafkaCodec;
  /** Whether the topic is made where there is none; default true. */
  readonly make?: boolean;
}

/** Where no broker answers at first, that is said after a second. */
const FIRST_RETRIES = 3;

/**
 * Connects, and makes the topic where there is none, unless told otherwise. Sending is idempotent: a try that was repeated leaves one copy.
 *
 * @throws GmvError `kafka_unreachable`, `kafka_no_topic`, `kafka_partitions`, `kafka`; so does `send`.
 */
export async function openOrderProducer(options: OrderProducerOptions): Promise<OrderProducer> {
  const { brokers, topic, codec } = options;
  const client = { ...options, clientId: 'gmv-produce' };
  const kafka = createKafkaClient(client);
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  const doing = `Orders can't be sent to topic ${topic}`;
  const explained = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw kafkaError(error, doing, brokers);
    }
  };
  const partitions = await explained(
    openTopic({ ...options, kafka: createKafkaClient({ ...client, retries: FIRST_RETRIES }) }),
  );
  await explained(producer.connect());
  const compression = codecNumber(codec);
  return {
    partitions,
    async send(messages) {
      await explained(producer.send({ topic, acks: -1, compression, messages: [...messages] }));
    },
    close: () => explained(producer.disconnect()),
  };
}
