import type { OrderMessage, OrderProducer } from '../sources/kafka/order-producer.ts';
import type { Pace } from './produce-pace.ts';

/** A message, and when what it tells happened; epoch ms, NaN where nobody knows. */
export interface TimedMessage extends OrderMessage {
  readonly timeMs: number;
}

/** How far it has come. */
export interface SendProgress {
  /** Events that the broker has confirmed. */
  readonly sent: number;
  /** How long ago the next event was due; 0 where there is no schedule, or it is kept. */
  readonly behindMs: number;
}

export interface SendClock {
  now(): number;
  /** Ends after the time or with the signal, whichever is first; never throws. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface SendPacedOptions {
  readonly chunks: AsyncIterable<readonly TimedMessage[]>;
  readonly producer: Pick<OrderProducer, 'send'>;
  readonly pace: Pace;
  readonly clock: SendClock;
  /** Ends it after what is in flight. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SendProgress) => void;
}

/** Brokers take batches of a MiB by default; all messages may be for one partition. */
const MOST_BYTES = 900_000;
/** Of a record beside key and value, at most. */
const RECORD_BYTES = 40;
const MOST_MESSAGES = 4_000;
/** So that Ctrl-C and progress are not kept waiting. */
const LONGEST_SLEEP_MS = 500;
/** What is due within this goes together: a batch per event would cost more than it sends. */
const SHORTEST_SLEEP_MS = 10;

/**
 * Sends messages in order, each no sooner than it is due. One batch is in flight while the next one is made, and
 * nothing is read further ahead, so memory is bounded by two batches and a chunk.
 *
 * @returns how many were sent
 * @throws what the producer or the chunks throw
 */
export async function sendPaced(options: SendPacedOptions): Promise<number> {
  const { chunks, producer, pace, clock, signal, onProgress } = options;
  let taken = 0;
  let sent = 0;
  let inFlight: Promise<void> = Promise.resolve();

  const endOfBatch = (chunk: readonly TimedMessage[], from: number, now: number): number => {
    let bytes = 0;
    let end = from;
    for (; end < chunk.length && end - from < MOST_MESSAGES; end++) {
      const { key, value, timeMs } = chunk[end]!;
      // At most three bytes of UTF-8 per unit of UTF-16; most texts are ASCII.
      bytes += RECORD_BYTES + Buffer.byteLength(value) + (key?.length ?? 0) * 3;
      if (end > from && bytes > MOST_BYTES) break;
      if (pace.dueMs(taken + end - from, timeMs) > now) break;
    }
    return end;
  };

  const sendChunk = async (chunk: readonly TimedMessage[]): Promise<void> => {
    for (let at = 0; at < chunk.length && !signal.aborted; ) {
      const now = clock.now();
      const dueMs = pace.dueMs(taken, chunk[at]!.timeMs);
      const behindMs = dueMs === Number.NEGATIVE_INFINITY ? 0 : Math.max(0, now - dueMs);
      onProgress({ sent, behindMs });
      const end = endOfBatch(chunk, at, now);
      if (end === at) {
        const wait = Math.min(LONGEST_SLEEP_MS, Math.max(SHORTEST_SLEEP_MS, dueMs - now));
        await clock.sleep(wait, signal);
        continue;
      }
      await inFlight;
      if (signal.aborted) return;
      const batch = chunk.slice(at, end);
      inFlight = producer.send(batch).then(() => {
        sent += batch.length;
      });
      // It is awaited before the next one, or at the end: until then nobody listens.
      inFlight.catch(() => {});
      taken += batch.length;
      at = end;
    }
  };

  for await (const chunk of chunks) {
    await sendChunk(chunk);
    if (signal.aborted) break;
  }
  await inFlight;
  onProgress({ sent, behindMs: 0 });
  return sent;
}
