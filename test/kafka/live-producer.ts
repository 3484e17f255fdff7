import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Kafka, type Message, type Producer } from 'kafkajs';

/** Sends until it is acknowledged, whatever becomes of the broker meanwhile. */
export interface LiveProducer {
  /** Resolves when all of it is in the log. What a broker that went away may have taken is sent again. */
  send(messages: Message[]): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE_MS = 240_000;

export function createLiveProducer(kafka: Kafka, topic: string): LiveProducer {
  let producer: Producer | null = null;

  const connected = async (): Promise<Producer> => {
    if (producer) return producer;
    const fresh = kafka.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      idempotent: true,
      maxInFlightRequests: 1,
      metadataMaxAge: 2_000,
      retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 500 },
    });
    await fresh.connect();
    producer = fresh;
    return fresh;
  };
  const close = async (): Promise<void> => {
    const closing = producer;
    producer = null;
    await closing?.disconnect().catch(() => undefined);
  };

  return {
    async send(messages) {
      for (const untilMs = Date.now() + PATIENCE_MS; ; ) {
        try {
          await (await connected()).send({ topic, messages });
          return;
        } catch (error) {
          if (Date.now() > untilMs) throw error;
          await close();
          await sleep(200);
        }
      }
    },
    close,
  };
}
