import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { createPace, paceOf } from './create-pace.ts';
import { createKeepPace } from './keep-pace.ts';

/** Work that takes as long as it says, by a clock of its own; waits go by the real one. */
function startWork(pace = createPace(), signal?: AbortSignal) {
  let workedMs = 0;
  const afterBatch = createKeepPace({ pace, signal, clock: () => performance.now() + workedMs });
  return {
    pace,
    async work(ms: number): Promise<number> {
      workedMs += ms;
      const before = performance.now();
      await afterBatch();
      return performance.now() - before;
    },
  };
}

it('at full speed nothing is waited for but a turn of the event loop now and then', async () => {
  const { pace } = startWork();
  let now = 0;
  const afterBatch = createKeepPace({ pace, clock: () => now });
  now += 10;
  expect(afterBatch()).toBeNull();
  now += 60;
  const turn = afterBatch();
  expect(turn).not.toBeNull();
  await turn;
  expect(afterBatch()).toBeNull();
});

it('after b ms of work at a speed s it waits b × (1/s − 1)', async () => {
  const { pace, work } = startWork();
  pace.set(0.25);
  // Timers are late, never early.
  expect(await work(20)).toBeGreaterThanOrEqual(59);
  pace.set(0.5);
  // On a busy machine most are: of many the shortest tells what was asked for.
  const waited: number[] = [];
  do waited.push(await work(40));
  while (Math.min(...waited) >= 59 && waited.length < 200);
  expect(Math.min(...waited)).toBeGreaterThanOrEqual(39);
  expect(Math.min(...waited)).toBeLessThan(59);
});

it('short waits are put together, and none is forgotten', async () => {
  const { pace, work } = startWork();
  pace.set(0.5);
  let waited = 0;
  for (let i = 0; i < 20; i++) waited += await work(1);
  expect(waited).toBeGreaterThanOrEqual(16);
});

/** How long after another thread's word it goes on that stands still; ms. */
async function goesOnAfterMs(): Promise<number> {
  const { pace, work } = startWork();
  pace.set(0);
  let isDone = false;
  const waiting = work(1).then((ms) => {
    isDone = true;
    return ms;
  });
  await sleep(60);
  expect(isDone).toBe(false);
  const code = `
    const cell = new Int32Array(require('node:worker_threads').workerData);
    Atomics.store(cell, 0, 1_000_000);
    Atomics.notify(cell, 0);
    require('node:worker_threads').parentPort.postMessage(performance.timeOrigin + performance.now());`;
  const worker = new Worker(code, { eval: true, workerData: pace.shared });
  const said = new Promise<number>((resolve) => worker.once('message', resolve));
  await waiting;
  const wentOnMs = performance.timeOrigin + performance.now();
  expect(paceOf(pace.shared).speed()).toBe(1);
  return wentOnMs - (await said);
}

it('at speed 0 it stands still, and goes on at once when another thread says so', async () => {
  // A busy machine may be late: of a few the shortest tells.
  let lateMs = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 5 && lateMs >= 900; tries++) lateMs = Math.min(lateMs, await goesOnAfterMs());
  // Sooner than it would look by itself.
  expect(lateMs).toBeLessThan(900);
});

it('a faster pace ends a wait that is longer than it asks for', async () => {
  const { pace, work } = startWork();
  pace.set(0.001);
  const waiting = work(100);
  setTimeout(() => pace.set(1), 20);
  expect(await waiting).toBeLessThan(60_000);
});

it('who is asked to stop stops, however slow the pace', async () => {
  const stop = new AbortController();
  const { pace, work } = startWork(createPace(), stop.signal);
  pace.set(0);
  setTimeout(() => stop.abort(), 20);
  await work(5);
});

it('what is no share of full speed is refused', () => {
  for (const speed of [-0.1, 1.1, Number.NaN])
    expect(() => createPace().set(speed)).toThrow(/no share of full speed/);
});
