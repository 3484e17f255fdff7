import { setTimeout as sleep } from 'node:timers/promises';
import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import { GmvError } from '../errors.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import type { KafkaCodec } from '../sources/kafka/kafka-codecs.ts';
import type { KafkaConnection } from '../sources/kafka/kafka-connection.ts';
import { openOrderProducer } from '../sources/kafka/order-producer.ts';
import { expandPaths } from '../sources/parquet/expand-paths.ts';
import { messagesOfFiles } from './messages-of-files.ts';
import { messagesOfSimulator } from './messages-of-simulator.ts';
import { createPace } from './produce-pace.ts';
import { createProduceProgress } from './produce-progress.ts';
import { type SendClock, sendPaced, type TimedMessage } from './send-paced.ts';

/** What of the configuration this goes by: how to reach the brokers, and for the simulator the rest. */
export interface ProduceSettings {
  readonly kafka: KafkaConnection;
  readonly timeZone: string;
  readonly currency: string;
  readonly simulator: { readonly seed: number };
}

export interface ProduceCommandOptions {
  /** Files, folders and globs, from `folder`; or {@link SIMULATOR} alone. */
  readonly paths: readonly string[];
  readonly folder: string;
  readonly settings: ProduceSettings;
  readonly topic: string;
  /** Default: those of the settings. */
  readonly brokers?: readonly string[] | undefined;
  readonly codec: KafkaCodec;
  readonly partitions: number | null;
  readonly rate: number | null;
  readonly speed: number | null;
  readonly limit: number | null;
  readonly stderr: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/** Stands for files where simulated orders are wanted. */
export const SIMULATOR = 'simulator';

const wallClock: SendClock = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    await sleep(ms, null, { signal }).catch(() => {
      // The signal woke it: the sender looks at it next.
    });
  },
};

/**
 * `gmv produce`: sends orders to a topic until there are no more, or it is interrupted.
 *
 * @returns one line that says what was sent
 * @throws GmvError `produce_options`, `parquet_…`, `kafka_…`; the latter says how many had been sent.
 */
export async function produceCommand(options: ProduceCommandOptions): Promise<string> {
  const { topic, codec, partitions, settings, stderr, signal, rate, speed } = options;
  const chunks = await messagesOf(options);
  const { brokers, ssl, sasl } = settings.kafka;
  const connection = { brokers: options.brokers ?? brokers, ssl, sasl };
  const producer = await openOrderProducer({ ...connection, topic, codec, partitions });
  const started = wallClock.now();
  const progress = createProduceProgress({ output: stderr, now: wallClock.now });
  let confirmed = 0;
  try {
    const pace = createPace(rate !== null ? { rate } : speed !== null ? { speed } : null, started);
    const sent = await sendPaced({
      chunks,
      producer,
      pace,
      clock: wallClock,
      signal,
      onProgress(state) {
        confirmed = state.sent;
        progress.show(state);
      },
    });
    const seconds = (wallClock.now() - started) / 1000;
    const [count, perSecond] = [sent, Math.round(sent / seconds)].map((n) => n.toLocaleString('en-US'));
    const verb = signal.aborted ? 'Interrupted: sent' : 'Sent';
    const where = `topic ${topic} (${producer.partitions} partitions)`;
    progress.end();
    return `${verb} ${count} events to ${where} in ${seconds.toFixed(1)} s, ${perSecond}/s`;
  } catch (error) {
    progress.end();
    stderr.write(`At least ${confirmed.toLocaleString('en-US')} events were sent before this:\n`);
    throw error;
  } finally {
    await producer.close();
  }
}

async function messagesOf(options: ProduceCommandOptions): Promise<AsyncIterable<readonly TimedMessage[]>> {
  const { paths, folder, settings, rate, speed, limit } = options;
  if (rate !== null && speed !== null) {
    throw new GmvError('produce_options', '--rate and --speed were both given', 'Give one of them.');
  }
  const most = limit ?? Number.MAX_SAFE_INTEGER;
  if (!(paths.length === 1 && paths[0] === SIMULATOR)) {
    return messagesOfFiles({
      files: await expandPaths({ paths, folder }),
      schema: ORDER_SCHEMA,
      limit: most,
    });
  }
  if (rate === null && limit === null) {
    const remedy =
      'Give --rate for orders as they happen from now on, or --limit for those of the day until now.';
    throw new GmvError('produce_options', 'The simulator has no end', remedy);
  }
  const calendar = createBusinessCalendar(settings.timeZone);
  const { currency, simulator } = settings;
  return messagesOfSimulator({
    seed: simulator.seed,
    currency,
    calendar,
    nowMs: Date.now(),
    rate,
    limit: most,
  });
}
