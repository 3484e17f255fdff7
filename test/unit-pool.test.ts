import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import { defaultCatalogue } from '../engine/definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import type { DayFigures } from '../engine/figures/day-figures.ts';
import { compilePlan } from '../engine/plan/compile-plan.ts';
import { createPace } from '../engine/runtime/replay/create-pace.ts';
import { type FilesLook, lookIntoFiles } from '../engine/runtime/replay/look-into-files.ts';
import type { Pace } from '../engine/runtime/replay/pace.ts';
import { planTasks, type ReplayTask } from '../engine/runtime/replay/plan-tasks.ts';
import { replayFiles } from '../engine/runtime/replay/replay-files.ts';
import { replayTask } from '../engine/runtime/replay/replay-task.ts';
import { createUnitPool, type UnitPool } from '../engine/runtime/replay/unit-pool.ts';
import { writeOrderFile } from './event-files.ts';
import { tellAll } from './laws/run-pipeline.ts';
import { SYNTHETIC_CURRENCY, syntheticEvents } from './synthetic.ts';

const ZONE = 'America/New_York';
const plan = compilePlan({
  catalogue: defaultCatalogue,
  schema: ORDER_SCHEMA,
  timeZone: ZONE,
  currency: SYNTHETIC_CURRENCY,
});
const calendar = createBusinessCalendar(ZONE);
/** About a month. */
const events = syntheticEvents().slice(0, 1200);
const gmv = [{ rollup: 'total', metric: 'gmv' }];
let folder = '';
let path = '';
let look: FilesLook;
let wanted: number[] = [];
const whole: DayFigures[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-pool-'));
  path = join(folder, 'orders.parquet');
  await writeOrderFile(path, events, 100);
  look = await lookIntoFiles({ plan, files: [path] });
  await replayFiles({ plan, files: [path], threads: 1, onDay: (day) => void whole.push(day) });
  wanted = whole.map(({ day }) => calendar.dayOfLabel(day).index);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function startPool(threads: number, onProblem?: (problem: string) => void): UnitPool {
  const pool = createUnitPool({ threads, onProblem });
  onTestFinished(() => pool.close());
  return pool;
}

/** One task per day. */
const dailyTasks = (of: FilesLook = look, days = wanted): ReplayTask[] =>
  days.flatMap((day) => planTasks({ ...of, days: [day], plan }));

async function firstTask(of: FilesLook = look): Promise<ReplayTask> {
  const [task] = planTasks({ ...of, days: wanted, plan });
  if (!task) throw new Error('there are no tasks');
  return task;
}

/** Threads of this process that have the lowest priority. */
function niceThreads(): number {
  return readdirSync('/proc/self/task').filter((id) => {
    // man 5 proc: what comes behind the name, which is in parentheses, begins with field 3; nice is field 19.
    const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16] === '19';
  }).length;
}

describe('a pool of threads', () => {
  it('gives every day of every task once, and what a replay of the files gives', async () => {
    const pool = startPool(2);
    const found: DayFigures[] = [];
    const tasks = dailyTasks();
    const run = (task: ReplayTask) =>
      pool.run({ plan, figures: null, task, onDay: (day) => void found.push(day as DayFigures) });
    await Promise.all(tasks.map(run));
    const byDay = (days: DayFigures[]) => days.sort((a, b) => (a.day < b.day ? -1 : 1));
    expect(tellAll(byDay(found))).toEqual(tellAll(byDay(whole)));
  });

  it.skipIf(process.platform !== 'linux')(
    'has the lowest priority in its own threads, and only there (skipped: threads have none of their own)',
    async () => {
      const problems: string[] = [];
      const pool = startPool(2, (problem) => problems.push(problem));
      expect(niceThreads()).toBe(0);
      const run = (task: ReplayTask) => pool.run({ plan, figures: gmv, task, onDay: () => undefined });
      await Promise.all(dailyTasks().slice(0, 8).map(run));
      expect(problems).toEqual([]);
      expect(niceThreads()).toBe(2);
      await pool.close();
      expect(niceThreads()).toBe(0);
    },
  );

  it('stands still at speed 0, goes on when it may, and stops within two seconds at any speed', async () => {
    const pool = startPool(1);
    const pace = createPace();
    pace.set(0);
    const stop = new AbortController();
    let days = 0;
    const task = await firstTask();
    const options = { plan, figures: null, task, pace, signal: stop.signal, onDay: () => void days++ };
    const first = pool.run(options);
    await sleep(400);
    expect(days).toBe(0);
    pace.set(1);
    await first;
    expect(days).toBe(task.days.length);

    pace.set(0);
    const stopped = Promise.allSettled([pool.run(options), pool.run(options)]);
    await sleep(100);
    const before = performance.now();
    stop.abort(new Error('enough'));
    expect(await stopped).toMatchObject([
      { reason: { message: 'enough' } },
      { reason: { message: 'enough' } },
    ]);
    expect(performance.now() - before).toBeLessThan(2000);
    expect(days).toBe(task.days.length);
    // The thread is free again.
    pace.set(1);
    await pool.run({ ...options, signal: undefined });
  });

  it('tells which days and files a thread was at when it crashed, and has another one for the next task', async () => {
    const pool = startPool(1);
    const task = await firstTask();
    const onDay = (): void => undefined;
    // No memory to share: the thread can't even begin.
    const broken = { shared: -1 } as unknown as Pace;
    await expect(pool.run({ plan, figures: gmv, task, pace: broken, onDay })).rejects.toMatchObject({
      code: 'thread_crashed',
      message: expect.stringContaining(path),
      retriable: true,
    });
    await pool.run({ plan, figures: gmv, task, onDay });
  });

  it('ends a task whose day could not be taken, and gives that error', async () => {
    const pool = startPool(1);
    const task = await firstTask();
    const refuse = (): never => {
      throw new Error('the disk is full');
    };
    await expect(pool.run({ plan, figures: null, task, onDay: refuse })).rejects.toThrow('the disk is full');
    await pool.run({ plan, figures: null, task, onDay: () => undefined });
  });

  it('takes no more memory for its four hundredth task than for its hundredth', async () => {
    const pool = startPool(1);
    const tasks = dailyTasks();
    const memory = async (): Promise<number> => {
      for (let i = 0; i < 3; i++) await sleep(20);
      return process.memoryUsage().rss;
    };
    const run = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const task = tasks[i % tasks.length];
        if (task) await pool.run({ plan, figures: null, task, onDay: () => undefined });
      }
    };
    await run(100);
    const before = await memory();
    await run(300);
    expect((await memory()) - before).toBeLessThan(48 * 1024 * 1024);
  });
});

describe('a file that is not what it was when days were planned', () => {
  const changed = async (change: (path: string) => void): Promise<unknown> => {
    const copy = join(folder, `copy-${Math.trunc(performance.now() * 1000)}.parquet`);
    copyFileSync(path, copy);
    const of = await lookIntoFiles({ plan, files: [copy] });
    change(copy);
    const task = await firstTask(of);
    return replayTask({ plan, figures: gmv, task, onDay: () => undefined }).catch((error: unknown) => error);
  };

  it.each<[string, (copy: string) => void]>([
    ['deleted', (copy) => rmSync(copy)],
    ['truncated', (copy) => truncateSync(copy, 5000)],
    ['emptied', (copy) => truncateSync(copy, 0)],
    ['replaced by no Parquet', (copy) => writeFileSync(copy, 'something else')],
    ['written anew', (copy) => writeFileSync(copy, readFileSync(path))],
  ])('%s: the task fails by its name', async (_what, change) => {
    expect(await changed(change)).toMatchObject({
      code: 'parquet_changed',
      message: expect.stringMatching(/copy-\d+\.parquet changed/),
      retriable: true,
    });
  });

  it('replaced by other orders: the task fails by its name', async () => {
    const other = join(folder, 'other.parquet');
    await writeOrderFile(other, events.slice(500), 100);
    expect(await changed((copy) => copyFileSync(other, copy))).toMatchObject({ code: 'parquet_changed' });
  });
});

it('a damaged row group fails its days by file and row group, and no others', async () => {
  const copy = join(folder, 'damaged.parquet');
  copyFileSync(path, copy);
  const of = await lookIntoFiles({ plan, files: [copy] });
  const [, second] = of.groups;
  if (!second) throw new Error('one row group is too few');
  // Behind the first row group, in the pages of the second.
  const bytes = readFileSync(copy);
  const at = 4 + Object.values(of.groups[0]?.columnBytes ?? {}).reduce((sum, size) => sum + size, 0) + 300;
  bytes.fill(0xff, at, at + 40);
  writeFileSync(copy, bytes);
  const damaged = await lookIntoFiles({ plan, files: [copy] });
  const failed: string[] = [];
  const done: number[] = [];
  for (const task of dailyTasks(damaged)) {
    await replayTask({ plan, figures: null, task, onDay: () => void done.push(...task.days) }).catch(
      (error) => failed.push(String(error)),
    );
  }
  const { from, to } = second.days ?? { from: 0, to: -1 };
  expect(done).toEqual(wanted.filter((day) => day < from || day > to));
  expect(failed.length).toBe(wanted.length - done.length);
  expect(failed.length).toBeGreaterThan(0);
  for (const problem of failed) expect(problem).toContain(`${copy}, row group 1, column`);
});
