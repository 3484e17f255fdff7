import { MessageChannel } from 'node:worker_threads';
import { type Dictionaries, restoreDictionary } from '../../../events/dictionary.ts';
import { columnOf } from '../../../events/event-batch.ts';
import type { RecordBatch } from '../../../events/record-batch.ts';
import { SAYINGS } from '../../../protocol/sayings.ts';
import type { KafkaSource } from '../../../sources/kafka/kafka-source.ts';
import { startThread } from '../../threads/start-thread.ts';
import { threadError } from '../../threads/thread-error.ts';
import type { AnyThreadMessage, LoopDelay, StopMessage } from '../../threads/thread-messages.ts';
import type { FromIntake, IntakeState, IntakeTask, ToIntake } from './intake-messages.ts';

/** `poll` waits so long for rows before it says that there are none; ms. */
const POLL_MS = 20;
const END_WITHIN_MS = 1000;
const THREAD = 'intake-thread';

export interface OpenIntakeOptions extends Omit<IntakeTask, 'port' | 'values'> {
  /** Of this thread: they learn each value as the thread that decodes gave it its code. */
  readonly dictionaries: Dictionaries;
  readonly say: (level: 'info' | 'warn', message: string) => void;
  readonly onLoopDelay: (delay: LoopDelay) => void;
}

/** Kafka's records, fetched and decoded by a thread of their own; see `serveIntake`. A batch is given back at the next `poll`. */
export function openIntake(options: OpenIntakeOptions): Omit<KafkaSource, 'bufferedBytes'> {
  const { dictionaries, plan, kafka, minorDigits, start, clockOffsetMs, say } = options;
  const { port1: port, port2 } = new MessageChannel();
  const values = Object.fromEntries(Object.entries(dictionaries).map(([name, { texts }]) => [name, texts()]));
  const { schema, limits } = plan;
  const task: IntakeTask = {
    port: port2,
    plan: { schema, limits },
    kafka,
    minorDigits,
    start,
    clockOffsetMs,
    values,
  };
  const thread = startThread<StopMessage, AnyThreadMessage>({
    name: THREAD,
    task,
    transfer: [port2],
    onMessage: () => undefined,
    onLoopDelay: options.onLoopDelay,
  });
  const waiting: Exclude<FromIntake, { kind: 'notice' }>[] = [];
  let polled: RecordBatch | null = null;
  let state: IntakeState = { partitions: [], replaying: true, problem: SAYINGS.connecting };
  let ended: Error | null = null;
  let wake = (): void => undefined;

  port.on('message', (message: FromIntake) => {
    if (message.kind === 'notice') return say(message.level, message.message);
    waiting.push(message);
    wake();
  });
  void thread.ended.then((error) => {
    ended = error ?? new Error(`The ${THREAD} has ended`);
    wake();
  });

  const arrival = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const giveBack = (): void => {
    if (polled) port.postMessage({ batch: polled } satisfies ToIntake);
    polled = null;
  };

  return {
    name: `kafka ${kafka.topics.join(', ')}`,
    bounded: false,
    async poll() {
      giveBack();
      if (waiting.length === 0 && !ended) await arrival();
      const message = waiting.shift();
      if (!message) {
        if (ended) throw ended;
        return { kind: 'idle', retryAfterMs: 0, replaying: state.replaying };
      }
      if (message.kind === 'failed') throw threadError(THREAD, message.failure);
      state = message;
      if (message.kind === 'idle') return { kind: 'idle', retryAfterMs: 0, replaying: state.replaying };
      for (const [name, texts] of Object.entries(message.values))
        restoreDictionary(columnOf(dictionaries, name), texts);
      polled = message.batch;
      const { batch, partition, nextOffset, replaying } = message;
      return { kind: 'batch', batch, partition, nextOffset, replaying };
    },
    partitions: () => state.partitions,
    problem: () => state.problem,
    async close() {
      port.close();
      await thread.stop(END_WITHIN_MS);
    },
  };
}
