import { join } from 'node:path';
import { makeTopic, sendTo } from '../test/kafka/consume-bed.ts';
import { type Broker, type KafkaBed, openKafkaBed, startTestBroker } from '../test/kafka/kafka-bed.ts';
import { createLiveServer, type LiveServer } from './live-server.ts';

const TOPIC = 'sale';

/** A real broker, and the real server that reads a topic of it. */
export interface KafkaBoard {
  readonly server: LiveServer;
  readonly topic: string;
  /** Sends records, in turn to each partition. */
  send(values: readonly string[]): Promise<void>;
  stopBroker(): Promise<void>;
  /** On the same port, with the same records. */
  startBroker(): Promise<void>;
  discard(): Promise<void>;
}

/** Starts both; the topic has `partitions` partitions and no record. */
export async function openKafkaBoard(partitions: number): Promise<KafkaBoard> {
  const bed: KafkaBed = await openKafkaBed();
  let broker: Broker = bed.broker;
  const { address } = broker;
  await makeTopic(bed.kafka, TOPIC, partitions);
  const server = await createLiveServer(0, {
    source: 'kafka',
    kafka: { brokers: [address], topics: [TOPIC] },
    live: { checkpointEverySeconds: 1 },
  });
  await server.start();
  let sent = 0;
  return {
    server,
    topic: TOPIC,
    async send(values) {
      const messages = values.map((value) => ({ value, partition: sent++ % partitions }));
      await sendTo({ kafka: bed.kafka, topic: TOPIC, messages });
    },
    stopBroker: () => broker.stop(),
    async startBroker() {
      broker = await startTestBroker(join(bed.folder, 'broker'), Number(address.split(':')[1]));
    },
    async discard() {
      await server.discard();
      await broker.stop();
      await bed.close();
    },
  };
}

/** A paid order of one line as JSON, at this moment. */
export function paidOrder(number: number, amountMinor: number): string {
  return JSON.stringify({
    event_id: `e-${number}`,
    event_time: Date.now(),
    type: 'paid',
    order_id: `o-${number}`,
    line: 1,
    buyer_id: `b-${number}`,
    merchant_id: 'm-1',
    product_id: 'p-1',
    category: 'books',
    quantity: 1,
    amount_minor: amountMinor,
    currency: 'CNY',
    country: 'CN',
    region: null,
    channel: 'app',
    payment_method: 'card',
  });
}
