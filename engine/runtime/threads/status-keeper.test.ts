import { expect, test } from 'vitest';
import { zeroCounts } from '../../events/counts.ts';
import { createShortPaths } from '../../short-paths.ts';
import { createStatusKeeper } from './status-keeper.ts';

function createKeeper() {
  let now = 0;
  const keeper = createStatusKeeper({
    source: 'simulator',
    stopwatch: () => now,
    shortPaths: createShortPaths({ configFolder: '/srv/shop', dataFolder: '/mnt/gmv', patterns: [] }),
  });
  let epoch = 0;
  return {
    keeper,
    wait: (ms: number) => {
      now += ms;
    },
    publish: (rows: number, replaying = false, runId = 'r') =>
      keeper.epoch({
        runId,
        epoch: ++epoch,
        live: { counts: { ...zeroCounts(), rows }, replaying, lagMs: 7, stream: null },
      }),
  };
}

test('live starts, catches up, is live, stalls without epochs and comes back', () => {
  const { keeper, publish, wait } = createKeeper();
  expect(keeper.current()).toMatchObject({ live: 'starting', epoch: 0, lagMs: null });
  publish(10, true);
  expect(keeper.current()).toMatchObject({ live: 'catching_up', epoch: 1, lagMs: 7 });
  publish(20);
  expect(keeper.current().live).toBe('live');
  wait(6000);
  expect(keeper.current()).toMatchObject({
    live: 'stalled',
    problem: 'No epoch for 6 s.',
    eventsPerSecond: 0,
  });
  publish(30);
  expect(keeper.current()).toMatchObject({ live: 'live', problem: null });
});

test('events per second are those of the last five seconds', () => {
  const { keeper, publish, wait } = createKeeper();
  let rows = 0;
  for (let i = 0; i < 100; i++) {
    rows += i < 50 ? 1000 : 10;
    publish(rows);
    wait(100);
  }
  const { eventsPerSecond } = keeper.current();
  expect(eventsPerSecond).toBeGreaterThan(90);
  expect(eventsPerSecond).toBeLessThan(400);
});

test('a frame of a replayed day says nothing of live, and a new run starts over', () => {
  const { keeper, publish } = createKeeper();
  publish(10);
  keeper.epoch({ runId: 'r', epoch: 1, live: null });
  expect(keeper.current()).toMatchObject({ live: 'live', counts: { rows: 10 } });
  keeper.epoch({ runId: 'next', epoch: 0, live: null });
  expect(keeper.current()).toMatchObject({ live: 'starting', runId: 'next', counts: { rows: 0 } });
});

test('a failing thread is said before anything else', () => {
  const { keeper, publish } = createKeeper();
  publish(10);
  keeper.trouble('a day is not in history');
  expect(keeper.current()).toMatchObject({ live: 'live', problem: 'a day is not in history' });
  keeper.problem('The live-thread failed.');
  keeper.restarted();
  expect(keeper.current()).toMatchObject({ live: 'failed', problem: 'The live-thread failed.', restarts: 1 });
});

test('a silence is counted from the last row, whatever epochs come', () => {
  const { keeper, publish, wait } = createKeeper();
  expect(keeper.current().quietMs).toBeNull();
  publish(0);
  expect(keeper.current().quietMs).toBeNull();
  publish(10);
  wait(900);
  publish(10);
  expect(keeper.current().quietMs).toBe(900);
  publish(11);
  expect(keeper.current().quietMs).toBe(0);
  publish(5, false, 'next');
  wait(100);
  publish(6, false, 'next');
  expect(keeper.current().quietMs, 'a run that begins again counts anew').toBe(0);
});

test('a thread is named as long as it reports', () => {
  const { keeper, wait } = createKeeper();
  const delay = { meanMs: 1, p99Ms: 2.345, maxMs: 9 };
  keeper.loopDelay('main', delay);
  wait(9000);
  keeper.loopDelay('live', delay);
  expect(keeper.current().threads).toEqual([
    { name: 'main', p99Ms: 2.3 },
    { name: 'live', p99Ms: 2.3 },
  ]);
  wait(2000);
  expect([...keeper.loopDelays()]).toEqual([['live', delay]]);
  expect(keeper.current().threads).toEqual([{ name: 'live', p99Ms: 2.3 }]);
});

test('no text of it says where on the machine files lie', () => {
  const { keeper } = createKeeper();
  const checkpoint = { ageMs: null, tookMs: 0, stallMs: 0, bytes: 0 };
  const stream = { lagRecords: 0, lagMs: null, partitions: [], checkpoint, lateDays: [], interrupted: false };
  keeper.epoch({
    runId: 'r',
    epoch: 1,
    live: {
      counts: zeroCounts(),
      replaying: false,
      lagMs: null,
      stream: {
        ...stream,
        notes: ['/mnt/gmv/live is new'],
        problem: "/mnt/gmv/live/archive can't be written",
      },
    },
  });
  expect(keeper.current()).toMatchObject({
    problem: "live/archive can't be written",
    stream: { notes: ['live is new'], problem: "live/archive can't be written" },
  });
  keeper.problem('/mnt/gmv/history.duckdb is damaged');
  const counts = { rowsDone: 0, rowsTotal: 0, daysDone: 0, daysTotal: 0 };
  keeper.replay({ label: 'x', state: 'failed', ...counts, error: '/srv/shop/a.parquet is gone' });
  expect(keeper.current()).toMatchObject({
    problem: 'history.duckdb is damaged',
    replay: { error: 'a.parquet is gone' },
  });
  expect(JSON.stringify(keeper.current())).not.toMatch(/mnt|srv/);
});
