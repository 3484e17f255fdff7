import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import { defaultCatalogue } from '../engine/definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import type { DayFigures } from '../engine/figures/day-figures.ts';
import { compilePlan } from '../engine/plan/compile-plan.ts';
import { replayFiles } from '../engine/runtime/replay/replay-files.ts';
import { replayUnitInThread } from '../engine/runtime/replay/replay-threads.ts';
import { at, orderEvent, shuffled } from './builders.ts';
import { writeOrderFile } from './event-files.ts';
import { SYNTHETIC_CURRENCY, syntheticEvents } from './synthetic.ts';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const ZONE = 'America/New_York';
const plan = compilePlan({
  catalogue: defaultCatalogue,
  schema: ORDER_SCHEMA,
  timeZone: ZONE,
  currency: SYNTHETIC_CURRENCY,
});
const calendar = createBusinessCalendar(ZONE);
let folder = '';
let sorted = '';
let mixed = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-threads-'));
  sorted = join(folder, 'sorted.parquet');
  mixed = join(folder, 'mixed.parquet');
  await writeOrderFile(sorted, syntheticEvents(), 200);
  await writeOrderFile(mixed, shuffled(syntheticEvents(), 3), 200);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('replayFiles', () => {
  it.each([1, 2])(
    'hands out each day once, and the same of chosen days as of all, on %i threads',
    async (threads) => {
      const days = {
        from: calendar.dayOfLabel('2024-03-01').index,
        to: calendar.dayOfLabel('2024-03-31').index,
      };
      const all = new Map<string, DayFigures>();
      const report = await replayFiles({
        plan,
        files: [mixed],
        threads,
        onDay: (figures) => {
          expect(all.has(figures.day)).toBe(false);
          all.set(figures.day, figures);
        },
      });
      expect(report.days).toBe(all.size);
      const chosen = new Map<string, DayFigures>();
      const onDay = (figures: DayFigures): void => {
        chosen.set(figures.day, figures);
      };
      const part = await replayFiles({ plan, files: [sorted], threads, days, onDay });
      const labels = [...all.keys()].filter((label) => label.startsWith('2024-03')).sort();
      expect([...chosen.keys()].sort()).toEqual(labels);
      const rows = [...chosen.values()].reduce((sum, { counts }) => sum + counts.rows, 0);
      expect(part.counts.rows).toBe(rows);
      for (const [label, { counts }] of chosen) expect(all.get(label)?.counts).toEqual(counts);
    },
  );

  it('hands a day of a sorted file out before it has read the rest', async () => {
    let read = 0;
    let whenFirst: number | null = null;
    await replayFiles({
      plan,
      files: [sorted],
      threads: 1,
      onDay: () => {
        whenFirst ??= read;
      },
      onProgress: ({ rows }) => {
        read = rows;
      },
    });
    expect(whenFirst).toBeLessThan(1000);
    expect(read).toBe(syntheticEvents().length);
  });

  it('hands out one day at a time, also from several threads', async () => {
    let busy = 0;
    let most = 0;
    let taken = 0;
    const report = await replayFiles({
      plan,
      files: [sorted],
      threads: 2,
      onDay: async () => {
        most = Math.max(most, ++busy);
        await new Promise((resolve) => setTimeout(resolve, 1));
        busy--;
        taken++;
      },
    });
    expect(most).toBe(1);
    // All were taken when the replay said that it had ended.
    expect(taken).toBe(report.days);
    expect(report.days).toBeGreaterThan(400);
  });

  it.each([1, 2])('stops with the reason of its signal on %i threads', async (threads) => {
    const controller = new AbortController();
    const onDay = (): void => controller.abort(new Error('enough'));
    const replay = replayFiles({ plan, files: [sorted], threads, onDay, signal: controller.signal });
    await expect(replay).rejects.toThrow('enough');
  });

  it('passes on what the taker of days throws', async () => {
    const onDay = (): void => {
      throw new Error('no room for figures');
    };
    for (const threads of [1, 2]) {
      await expect(replayFiles({ plan, files: [sorted], threads, onDay })).rejects.toThrow(
        'no room for figures',
      );
    }
  });

  it('tells the span of event times', async () => {
    const file = join(folder, 'three.parquet');
    const times = ['2024-05-02T00:00:00Z', '2024-05-01T08:00:00.123Z', '2024-06-09T23:59:59.999Z'];
    const events = times.map((time, i) => orderEvent({ order_id: `o${i}`, event_time: at(time) }));
    await writeOrderFile(file, [...events, orderEvent({ event_time: null })]);
    const report = await replayFiles({ plan, files: [file], threads: 1, onDay: () => undefined });
    expect(report).toMatchObject({
      firstTimeMs: at(times[1] ?? ''),
      lastTimeMs: at(times[2] ?? ''),
      days: 2,
    });
    expect(report.counts).toMatchObject({ rows: 4, rejectedBy: { 'null:event_time': 1 } });
  });
});

describe('a unit thread', () => {
  it('that crashes is an error that names its unit', async () => {
    const unit = { days: { from: 0, to: 1 }, groups: [] };
    const broken = { ...plan, timeZone: 'Nowhere' };
    const running = replayUnitInThread({
      plan: broken,
      files: [],
      unit,
      name: 'unit 2 of 3',
      onDay: () => undefined,
    });
    await expect(running).rejects.toThrow(/unit 2 of 3 crashed: .*Nowhere/);
  });
});

describe('Ctrl-C', () => {
  it('ends a replay with code 130 and nothing on stdout', async () => {
    for (let i = 0; i < 200; i++) copyFileSync(sorted, join(folder, `copy-${i}.parquet`));
    let ended: { readonly code: number | null; readonly stdout: string } = { code: null, stdout: '' };
    // Without a code the signal came before the program had begun: wait longer.
    for (let delayMs = 500; ended.code === null && delayMs < 60_000; delayMs *= 2) {
      ended = await interrupted(delayMs);
    }
    expect(ended).toEqual({ code: 130, stdout: '' });
  });
});

async function interrupted(delayMs: number): Promise<{ code: number | null; stdout: string }> {
  const child = spawn(process.execPath, [CLI, 'replay', folder, '--json'], { cwd: folder });
  let stdout = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  const timer = setTimeout(() => child.kill('SIGINT'), delayMs);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  return { code, stdout };
}
