import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import { defaultCatalogue } from '../definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { compilePlan } from '../plan/compile-plan.ts';
import { figuresOfFacts, sampleFacts } from './figures-of-facts.ts';
import { meaningOf } from './meaning-of-figures.ts';
import { openHistory } from './open-history.ts';

const DAY = '2010-12-01';
const calendar = createBusinessCalendar('UTC');
const plan = compilePlan({
  catalogue: defaultCatalogue,
  schema: ORDER_SCHEMA,
  timeZone: 'UTC',
  currency: 'CNY',
});
const ROLLUPS = plan.rollups.map(({ name }) => name);

it('holds old or new figures, whole, after kill -9 at any instant', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-killed-'));
  const path = join(folder, 'history.duckdb');
  try {
    const script = fileURLToPath(new URL('./publish-until-killed.ts', import.meta.url));
    for (const waitMs of [1, 30, 55, 90]) {
      const child = spawn(process.execPath, ['--import', 'tsx', script, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = new Promise((resolve) => child.once('exit', resolve));
      let announced = 0;
      await new Promise<void>((resolve) => {
        child.stdout.on('data', (text) => {
          announced = Number(String(text).trim().split('\n').at(-1));
          resolve();
        });
      });
      await sleep(waitMs);
      child.kill('SIGKILL');
      await exited;
      const history = await openHistory({ path, plan, clock: () => 0 });
      expect(history.publishedDays().length).toBe(1);
      for (const { day, generation: published, counts } of history.publishedDays()) {
        expect(published).toBeGreaterThanOrEqual(announced);
        const found = await history.figuresOf(day, { rollups: ROLLUPS, identity: true });
        const amount = counts.rows - 800;
        const facts = sampleFacts({ calendar, day: DAY, count: 800, amount });
        const expected = figuresOfFacts({ plan, calendar, day, facts, identity: true });
        expect(meaningOf(found)).toEqual(meaningOf(expected));
      }
      await history.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 90_000);
