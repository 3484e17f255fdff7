import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runAndKill } from '../../test/run-and-kill.ts';
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
      const announced = await runAndKill(['--import', 'tsx', script, path], waitMs);
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
});
