import kafkajs, { type Kafka, type RetryOptions, type SASLOptions } from 'kafkajs';
import { calmRequestQueue } from './calm-request-queue.ts';
import { registerKafkaCodecs } from './kafka-codecs.ts';
import type { KafkaConnection } from './kafka-connection.ts';

const CONNECT_MS = 3_000;
/** Waits of 0.2, 0.4, 0.8, … s, at last of 10 s: about a minute in all, in which a broker can restart on a busy machine. */
const RETRIES = 11;
const RETRY: RetryOptions = {
  initialRetryTime: 200,
  multiplier: 2,
  factor: 0,
  maxRetryTime: 10_000,
};

export interface KafkaClientOptions extends KafkaConnection {
  readonly clientId: string;
  /** How often what failed is tried again, within about a minute by default. */
  readonly retries?: number;
}

/** A client of kafkajs that knows every codec and prints nothing: what goes wrong is thrown. */
export function createKafkaClient(options: KafkaClientOptions): Kafka {
  const { brokers, ssl = false, sasl, clientId, retries = RETRIES } = options;
  registerKafkaCodecs();
  calmRequestQueue();
  return new kafkajs.Kafka({
    clientId,
    brokers: [...brokers],
    ssl,
    ...(sasl && { sasl: sasl as SASLOptions }),
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: CONNECT_MS,
    retry: { ...RETRY, retries },
  });
}
