import { expect, test } from 'vitest';
import { keepThread } from './keep-thread.ts';
import type { Thread } from './start-thread.ts';

const failure = new Error('out of paper') as never;

/** A thread that ends when told to. */
function createThread() {
  let finish: (error: never | null) => void = () => undefined;
  const ended = new Promise<never | null>((done) => {
    finish = done;
  });
  const thread: Thread<never> = { post: () => undefined, ended, stop: async () => finish(null) };
  return { thread, finish };
}

const until = (what: () => unknown) => expect.poll(what, { interval: 2 });

function keepFake(start?: () => void) {
  const started: ReturnType<typeof createThread>[] = [];
  const restarts: [string, number][] = [];
  let ended = 0;
  const kept = keepThread({
    name: 'printer',
    backoffMs: [1],
    async start(running) {
      start?.();
      const one = createThread();
      started.push(one);
      running(one.thread);
    },
    onEnded: () => {
      ended++;
    },
    onRestart: (_, error, inARow) => restarts.push([error.message, inARow]),
  });
  return { kept, started, restarts, ended: () => ended };
}

test('a thread that fails is started again, and each failure in a row is counted', async () => {
  const { kept, started, restarts, ended } = keepFake();
  for (let i = 0; i < 3; i++) {
    await until(() => started.length).toBe(i + 1);
    started[i]?.finish(failure);
  }
  await until(() => started.length).toBe(4);
  expect(restarts).toEqual([1, 2, 3].map((inARow) => ['out of paper', inARow]));
  expect(ended()).toBe(3);
  await kept.stop(100);
});

test('a thread that ends in order stays ended', async () => {
  const { kept, started, restarts } = keepFake();
  await until(() => started.length).toBe(1);
  started[0]?.finish(null);
  await new Promise((done) => setTimeout(done, 20));
  await kept.restart();
  await new Promise((done) => setTimeout(done, 20));
  expect(started).toHaveLength(1);
  expect(restarts).toEqual([]);
  await kept.stop(100);
});

test('a restart that was asked for is no failure', async () => {
  const { kept, started, restarts } = keepFake();
  await until(() => started.length).toBe(1);
  await kept.restart();
  await until(() => started.length).toBe(2);
  expect(restarts).toEqual([]);
  await kept.stop(100);
});

test('a start that throws is tried again', async () => {
  let tries = 0;
  const { kept, started, restarts } = keepFake(() => {
    if (++tries < 3) throw new Error('no paper yet');
  });
  await until(() => started.length).toBe(1);
  expect(restarts).toEqual([
    ['no paper yet', 1],
    ['no paper yet', 2],
  ]);
  await kept.stop(100);
});

test('a stopped thread is not started again', async () => {
  const { kept, started, restarts } = keepFake();
  await until(() => started.length).toBe(1);
  await kept.stop(100);
  await new Promise((done) => setTimeout(done, 20));
  expect(started).toHaveLength(1);
  expect(restarts).toEqual([]);
});
