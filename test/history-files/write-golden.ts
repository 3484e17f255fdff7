/**
 * Writes a history of the format that histories have now, and what it holds, into `v<format>`:
 * `npx tsx test/history-files/write-golden.ts`. Run it once for each new format; what is there is never written again, as
 * it stands for the histories that people have.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { createBusinessCalendar } from '../../engine/calendar/business-calendar.ts';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../../engine/events/order-schema.ts';
import { figuresOfFacts, sampleFacts } from '../../engine/history/figures-of-facts.ts';
import { HISTORY_VERSION } from '../../engine/history/history-file.ts';
import { openHistory } from '../../engine/history/open-history.ts';
import { compilePlan } from '../../engine/plan/compile-plan.ts';
import { toldBy } from './told-by.ts';

const folder = join(fileURLToPath(new URL('.', import.meta.url)), `v${HISTORY_VERSION}`);
if (existsSync(folder)) throw new Error(`${folder} is there: a format's file is written once`);
mkdirSync(folder);
const calendar = createBusinessCalendar('Europe/Berlin');
const plan = compilePlan({
  catalogue: defaultCatalogue,
  schema: ORDER_SCHEMA,
  timeZone: 'Europe/Berlin',
  currency: 'CNY',
});
const path = join(folder, 'history.duckdb');
const history = await openHistory({ path, plan, clock: () => Date.UTC(2024, 9, 28) });
const figures = (day: string, count: number, amount: number) =>
  figuresOfFacts({
    plan,
    calendar,
    day,
    facts: sampleFacts({ calendar, day, count, amount }),
    identity: true,
  });
// A first generation, one that replaced it, and one that was undone; then a day with 25 hours that live sealed, and an empty one.
await history.publish(figures('2024-10-26', 40, 1_000), 'live');
await history.publish(figures('2024-10-26', 60, 2_000), 'replay');
await history.publish(figures('2024-10-26', 20, 3_000), 'replay');
await history.undo('2024-10-26');
await history.publish({ ...figures('2024-10-27', 50, 4_000), hours: [0, 1, 2, 24] }, 'live');
await history.publish({ ...figures('2024-10-28', 0, 0), rollups: [], hours: [] }, 'live');
const told = await toldBy({ history, plan });
await history.close();
writeFileSync(join(folder, 'plan.json'), `${JSON.stringify(plan)}\n`);
writeFileSync(join(folder, 'told.json'), `${JSON.stringify(told)}\n`);
writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
rmSync(path);
