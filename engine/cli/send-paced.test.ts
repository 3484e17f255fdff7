import { describe, expect, it } from 'vitest';
import { createPace, type PaceOptions } from './produce-pace.ts';
import { type SendProgress, sendPaced, type TimedMessage } from './send-paced.ts';

interface Sent {
  readonly atMs: number;
  readonly values: readonly string[];
}

/** A clock that only moves where somebody waits, and a broker that takes `brokerMs` for each batch. */
function bed({ pace, brokerMs = 0, stopAtMs }: { pace: PaceOptions; brokerMs?: number; stopAtMs?: number }) {
  let now = 1_000;
  const interrupted = new AbortController();
  const sent: Sent[] = [];
  const progress: SendProgress[] = [];
  let open = 0;
  let mostOpen = 0;
  const pass = (ms: number): void => {
    now += ms;
    if (stopAtMs !== undefined && now >= stopAtMs) interrupted.abort();
  };
  const run = (chunks: AsyncIterable<readonly TimedMessage[]>) =>
    sendPaced({
      chunks,
      pace: createPace(pace, now),
      clock: {
        now: () => now,
        async sleep(ms) {
          pass(ms);
        },
      },
      signal: interrupted.signal,
      onProgress: (state) => void progress.push(state),
      producer: {
        async send(messages) {
          mostOpen = Math.max(mostOpen, ++open);
          sent.push({ atMs: now, values: messages.map(({ value }) => String(value)) });
          await Promise.resolve();
          pass(brokerMs);
          open--;
        },
      },
    });
  return { run, sent, progress, mostOpen: () => mostOpen };
}

async function* chunksOf(
  count: number,
  size: number,
  message: (i: number) => Partial<TimedMessage> = () => ({}),
) {
  for (let at = 0; at < count; at += size) {
    yield Array.from({ length: Math.min(size, count - at) }, (_, i) => ({
      key: 'k',
      value: String(at + i),
      timeMs: 0,
      ...message(at + i),
    }));
  }
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

describe('paced sending', () => {
  it('sends each event in order, none before it is due and none long after', async () => {
    const { run, sent } = bed({ pace: { rate: 200 } });
    expect(await run(chunksOf(1_000, 64))).toBe(1_000);
    expect(sent.flatMap(({ values }) => values)).toEqual(numbers(1_000));
    for (const { atMs, values } of sent) {
      for (const value of values) {
        const dueMs = 1_000 + Number(value) * 5;
        expect(atMs).toBeGreaterThanOrEqual(dueMs);
        expect(atMs - dueMs).toBeLessThanOrEqual(10);
      }
    }
  });

  it('keeps the schedule of event times by speed', async () => {
    const { run, sent } = bed({ pace: { speed: 100 } });
    await run(chunksOf(50, 7, (i) => ({ timeMs: 9e11 + i * 60_000 })));
    const first = sent.map(({ atMs, values }) => atMs - (1_000 + Number(values[0]) * 600));
    expect(Math.min(...first)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...first)).toBeLessThanOrEqual(10);
    expect(sent.at(-1)?.atMs).toBeGreaterThanOrEqual(1_000 + 49 * 600);
  });

  it('says how far behind it is when the broker is slower than the schedule, and has one batch in flight', async () => {
    const { run, progress, mostOpen } = bed({ pace: { rate: 1_000 }, brokerMs: 400 });
    await run(chunksOf(4_000, 50));
    expect(Math.max(...progress.map(({ behindMs }) => behindMs))).toBeGreaterThan(1_000);
    expect(progress.at(-1)).toEqual({ sent: 4_000, behindMs: 0 });
    expect(mostOpen()).toBe(1);
  });

  it('keeps batches below what a broker takes, though an event alone may be larger', async () => {
    const { run, sent } = bed({ pace: null });
    const large = 'ä'.repeat(300_000);
    const sizes = [large, large, 'small', large.repeat(2), 'small'];
    await run(chunksOf(sizes.length, 5, (i) => ({ value: sizes[i] ?? '' })));
    expect(sent.map(({ values }) => values.length)).toEqual([1, 2, 1, 1]);
  });

  it('ends after what is in flight when interrupted, and counts just what was sent', async () => {
    const { run, sent } = bed({ pace: { rate: 100 }, brokerMs: 30, stopAtMs: 3_000 });
    const count = await run(chunksOf(100_000, 64));
    expect(sent.flatMap(({ values }) => values)).toEqual(numbers(count));
    expect(count).toBeGreaterThan(150);
    expect(count).toBeLessThanOrEqual(201);
  });

  it('fails with what the broker said, whether or not more was to come', async () => {
    const broken = (count: number) =>
      sendPaced({
        chunks: chunksOf(count, 10),
        producer: { send: () => Promise.reject(new Error('too large')) },
        pace: createPace(null, 0),
        clock: { now: () => 0, sleep: async () => {} },
        signal: new AbortController().signal,
        onProgress: () => {},
      });
    await expect(broken(5)).rejects.toThrow('too large');
    await expect(broken(500)).rejects.toThrow('too large');
  });
});
