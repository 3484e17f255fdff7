import { expect, test } from 'vitest';
import { orderEvent } from '../../../test/builders.ts';
import { planOf, startRun } from '../../../test/laws/run-pipeline.ts';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import type { Epoch } from '../../figures/epoch.ts';
import type { Keeper } from './keeper.ts';
import { runLiveLoop } from './live-loop.ts';
import { batches, createCountingPipeline, createListSource, run } from './live-loop-fixtures.ts';

test('epochs are consecutive, and the last holds every row and offset of a source that ends', async () => {
  const { epochs, done, isClosed } = run([...batches(20), 'idle', ...batches(20)]);
  await done;
  expect(epochs.map(({ epoch }) => epoch)).toEqual(epochs.map((_, i) => i + 1));
  const last = epochs.at(-1);
  expect(last).toMatchObject({ runId: 'r', offsets: { p: '400' }, dataToMs: 400, watermarkMs: 395 });
  expect(last).toMatchObject({
    replaying: false,
    lagMs: 1_000_000 - 400,
    counts: { rows: 400, applied: 400 },
  });
  expect(epochs.flatMap(({ days }) => days).at(-1)?.counts.rows).toBe(400);
  expect(isClosed()).toBe(true);
});

test('there is at most one epoch in 100 ms, however many batches come', async () => {
  let now = 0;
  const { epochs, done } = run(batches(1000), {
    stopwatch: () => {
      now += 1;
      return now;
    },
  });
  await done;
  expect(epochs.length).toBeLessThanOrEqual(Math.ceil(now / 100) + 1);
  expect(epochs.length).toBeGreaterThan(10);
});

/** How far apart epochs are that take so long each; ms. */
async function gapBetweenEpochs(tookMs: number, replaying: boolean): Promise<number> {
  const postedMs: number[] = [];
  const { source } = createListSource(batches(2000), true);
  let now = 0;
  const { done } = run([], {
    source: {
      ...source,
      async poll() {
        const polled = await source.poll();
        return polled.kind === 'batch' ? { ...polled, replaying } : polled;
      },
    },
    stopwatch: () => {
      now += 1;
      return now;
    },
    post() {
      now += tookMs;
      postedMs.push(now);
    },
  });
  await done;
  const gaps = postedMs.slice(1, -1).map((ms, i) => ms - tookMs - (postedMs[i] ?? 0));
  return gaps.reduce((sum, ms) => sum + ms, 0) / gaps.length;
}

test('dear epochs are a fifth of the work, of a replay a twentieth, and then one a second if a fifth allows', async () => {
  const gaps = async (replaying: boolean): Promise<number[]> => {
    const all = await Promise.all([1, 20, 40, 100, 400].map((ms) => gapBetweenEpochs(ms, replaying)));
    return all.map((ms) => Math.round(ms / 50) * 50);
  };
  expect(await gaps(false)).toEqual([100, 100, 150, 400, 1600]);
  expect(await gaps(true)).toEqual([100, 400, 800, 1000, 1600]);
});

test('while the receiver lags changes coalesce, and none is lost', async () => {
  let allowed = true;
  const epochs: Epoch[] = [];
  let now = 0;
  const { done } = run(batches(500), {
    stopwatch: () => {
      now += 5;
      return now;
    },
    mayPost: () => allowed,
    post(epoch) {
      epochs.push(epoch);
      allowed = false;
      setTimeout(() => {
        allowed = true;
      }, 20);
    },
  });
  const startedMs = performance.now();
  await done;
  expect(epochs.length).toBeLessThanOrEqual(3 + (performance.now() - startedMs) / 20);
  expect(epochs.at(-1)?.counts.rows).toBe(5000);
  expect(epochs.at(-1)?.days[0]?.counts.rows).toBe(5000);
});

test('a source without news still gives a sign of life every second, without figures', async () => {
  const { epochs, done, stop } = run(batches(3), {}, false);
  await expect.poll(() => epochs.length).toBeGreaterThan(2);
  stop.abort();
  await done;
  expect(epochs.at(-1)?.days).toEqual([]);
  expect(epochs.at(-1)?.replaying).toBe(false);
});

test('nothing is published before a replay has given its first rows', async () => {
  const { epochs, done } = run(['wait', 'wait', 'wait', ...batches(2), 'wait', ...batches(1)]);
  await done;
  expect(epochs[0]).toMatchObject({ replaying: true, counts: { rows: 10 } });
  expect(epochs.at(-1)?.counts.rows).toBe(30);
});

test('what a pipeline brings along is published at once; that a stream gives nothing, after a second', async () => {
  const brings = { ...createCountingPipeline(), openDays: () => [7] };
  // By this clock no second ever passes.
  const restored = run(['wait', 'wait'], { pipeline: brings, stopwatch: () => 0 }, false);
  await expect.poll(() => restored.epochs.length).toBe(1);
  restored.stop.abort();
  await restored.done;
  const silent = createListSource(
    Array.from({ length: 1000 }, () => 'wait' as const),
    false,
  );
  const epochs: Epoch[] = [];
  const stop = new AbortController();
  const done = runLiveLoop({
    source: { ...silent.source, partitions: () => [] },
    pipeline: createCountingPipeline(),
    clock: Date,
    runId: 'r',
    post: (epoch) => epochs.push(epoch),
    signal: stop.signal,
  });
  await expect.poll(() => epochs.length).toBeGreaterThan(0);
  expect(epochs[0]).toMatchObject({ replaying: true, counts: { rows: 0 } });
  stop.abort();
  await done;
});

test('while a keeper lags nothing is polled, and epochs go on telling how things stand', async () => {
  let ready = false;
  let polls = 0;
  const { source } = createListSource(batches(3), false);
  const epochs: Epoch[] = [];
  const stop = new AbortController();
  const keeper: Keeper = {
    name: 'slow',
    ready: () => ready,
    take: () => undefined,
    cut: async () => null,
    committed: () => undefined,
    close: async () => undefined,
  };
  const done = runLiveLoop({
    source: {
      ...source,
      poll: () => {
        polls++;
        return source.poll();
      },
    },
    pipeline: createCountingPipeline(),
    clock: Date,
    runId: 'r',
    post: (epoch) => epochs.push(epoch),
    signal: stop.signal,
    keepers: [keeper],
  });
  await expect.poll(() => epochs.length).toBeGreaterThan(1);
  expect(polls).toBe(0);
  ready = true;
  await expect.poll(() => epochs.at(-1)?.counts.rows).toBe(30);
  stop.abort();
  await done;
});

test('a run that goes on waits for partitions of its checkpoint that had no event yet, also while none is found', async () => {
  const shared = {
    plan: planOf('UTC', { outOfOrdernessMs: 0, allowedLatenessMs: 0 }),
    calendar: createBusinessCalendar('UTC'),
    mode: 'live',
  } as const;
  const before = startRun(shared);
  before.pipeline.setPartitions(['p0', 'p1'].map((partition) => ({ partition, idle: false })));
  for (const day of [1, 2, 3]) {
    const event_time = Date.UTC(2024, 4, day, 12);
    before.give([orderEvent({ event_id: String(day), event_time, currency: 'EUR' })], 'p1');
  }
  const { pipeline } = startRun({ ...shared, from: before.pipeline.snapshot() });
  const { source } = createListSource(['wait'], false);
  const { epochs, done, stop } = run([], {
    source: { ...source, partitions: () => [] },
    pipeline,
    offsets: { p0: '0', p1: '3' },
  });
  await expect.poll(() => epochs.length).toBeGreaterThan(0);
  expect(pipeline.watermarkMs()).toBeNull();
  expect(pipeline.sealDue()).toBe(false);
  stop.abort();
  await done;
});

test('it ends at once when asked, and closes the source also when the pipeline throws', async () => {
  const idle = run(['idle'], {}, false);
  idle.stop.abort();
  await idle.done;
  expect(idle.isClosed()).toBe(true);
  const pipeline = createCountingPipeline();
  const broken = run(batches(1), {
    pipeline: {
      ...pipeline,
      process() {
        throw new Error('broken');
      },
    },
  });
  await expect(broken.done).rejects.toThrow('broken');
  expect(broken.isClosed()).toBe(true);
});
