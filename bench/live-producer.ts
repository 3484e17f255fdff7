import { setTimeout as sleep } from 'node:timers/promises';
import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import { messagesOfSimulator } from '../engine/cli/messages-of-simulator.ts';
import type { OrderEvent } from '../engine/events/order-event.ts';
import { type OrderProducer, openOrderProducer } from '../engine/sources/kafka/order-producer.ts';
import { PARTITIONS } from './live-broker.ts';
import { CURRENCY } from './order-sql.ts';
import { processorSeconds } from './processor-seconds.ts';

/** What the process that sends is started with. */
export interface ProducerTask {
  /** host:port */
  readonly broker: string;
  /** Made here. */
  readonly topic: string;
  readonly timeZone: string;
  /** Events per second. */
  readonly rate: number;
  readonly events: number;
}

/** What it says, in this order; between the two it is told to begin. */
export type FromProducer = { readonly kind: 'ready' } | ({ readonly kind: 'done' } & Sent);

export interface Sent {
  /** By partition, of its paid events in their order: when each was to be sent, and when it was; epoch ms. */
  readonly paid: readonly { readonly dueMs: Float64Array; readonly sentMs: Float64Array }[];
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** What is due within so long goes together, as with any producer that lingers; ms. */
const LINGER_MS = 4;
const MOST_MESSAGES = 2_000;
/** Each has one request under way at a time, and partitions of its own. */
const PRODUCERS = 2;
const SEED = 11;

interface Made {
  /** All messages' values, one after another. */
  readonly bytes: Buffer;
  readonly ends: Float64Array;
  readonly partitions: Uint8Array;
  /** Whether `paid_events` counts it. */
  readonly isPaid: Uint8Array;
}

/** The process that sends: makes all messages before, and says of each when it was sent. */
export async function sendAtRate(task: ProducerTask): Promise<void> {
  const made = await makeMessages(task);
  const { broker, topic } = task;
  const options = { brokers: [broker], topic, partitions: PARTITIONS, codec: 'none' } as const;
  // The first one makes the topic.
  const producers = [await openOrderProducer(options)];
  while (producers.length < PRODUCERS) producers.push(await openOrderProducer(options));
  const begin = new Promise((go) => process.once('message', go));
  tell({ kind: 'ready' });
  await begin;
  const times = { dueMs: new Float64Array(task.events), sentMs: new Float64Array(task.events) };
  const cpu = processorSeconds();
  const startMs = nowMs();
  const sendAll = async (producer: OrderProducer, rows: Uint32Array): Promise<void> => {
    for (let at = 0; at < rows.length; ) {
      const now = nowMs();
      const due = Math.floor(((now - startMs) * task.rate) / 1000) + 1;
      let end = at;
      for (; end < rows.length && end - at < MOST_MESSAGES && rows[end]! < due; end++) {
        times.dueMs[rows[end]!] = startMs + (rows[end]! * 1000) / task.rate;
        times.sentMs[rows[end]!] = now;
      }
      if (end > at) await producer.send(messagesOf(made, rows.subarray(at, end)));
      else await sleep(LINGER_MS);
      at = end;
    }
  };
  const all = Uint32Array.from({ length: task.events }, (_, i) => i);
  const isOf = (producer: number) => (i: number) => made.partitions[i]! % PRODUCERS === producer;
  await Promise.all(producers.map((producer, i) => sendAll(producer, all.filter(isOf(i)))));
  const seconds = (nowMs() - startMs) / 1000;
  const cpuSeconds = processorSeconds() - cpu;
  await Promise.all(producers.map((producer) => producer.close()));
  const paid = Array.from({ length: PARTITIONS }, (_, partition) => {
    const counted = (_: number, i: number): boolean =>
      made.isPaid[i] === 1 && made.partitions[i] === partition;
    return { dueMs: times.dueMs.filter(counted), sentMs: times.sentMs.filter(counted) };
  });
  tell({ kind: 'done', paid, seconds, cpuSeconds });
}

/** Simulated orders of now whose channel is the name of their partition. */
async function makeMessages({ timeZone, rate, events }: ProducerTask): Promise<Made> {
  const chunks = messagesOfSimulator({
    seed: SEED,
    currency: CURRENCY,
    calendar: createBusinessCalendar(timeZone),
    nowMs: Date.now(),
    rate,
    limit: events,
  });
  const texts: Buffer[] = [];
  const ends = new Float64Array(events);
  const partitions = new Uint8Array(events);
  const isPaid = new Uint8Array(events);
  const seen = new Set<unknown>();
  let made = 0;
  let end = 0;
  for await (const chunk of chunks) {
    for (const { value } of chunk) {
      const event = JSON.parse(String(value)) as OrderEvent;
      const partition = partitionOf(String(event.order_id));
      const text = Buffer.from(JSON.stringify({ ...event, channel: channelOf(partition) }));
      texts.push(text);
      end += text.length;
      ends[made] = end;
      partitions[made] = partition;
      isPaid[made++] = countsAsPaid(event) && !seen.has(event.event_id) ? 1 : 0;
      seen.add(event.event_id);
    }
  }
  return { bytes: Buffer.concat(texts), ends, partitions, isPaid };
}

/** The channel of a partition's events: a row of a view by channel tells how far that partition has come. */
export function channelOf(partition: number): string {
  return `partition ${partition}`;
}

/** The simulator spoils some events. */
function countsAsPaid({ type, product_id: product, amount_minor: amount, currency }: OrderEvent): boolean {
  return type === 'paid' && product !== null && Number(amount) >= 0 && currency === CURRENCY;
}

/** All events of an order share a partition. */
function partitionOf(orderId: string): number {
  let hash = 7;
  for (let i = 0; i < orderId.length; i++) hash = Math.imul(hash, 31) + orderId.charCodeAt(i);
  return (hash >>> 4) % PARTITIONS;
}

function messagesOf({ bytes, ends, partitions }: Made, rows: Uint32Array) {
  return Array.from(rows, (row) => {
    const value = bytes.subarray(row === 0 ? 0 : ends[row - 1], ends[row]);
    return { key: null, value, partition: partitions[row] ?? 0 };
  });
}

function tell(message: FromProducer): void {
  process.send?.(message);
}

/** Epoch ms with fractions: equal clocks in all processes of a machine. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
