/**
 * Writes a checkpoint of the format that checkpoints have now, and what it tells, into `v<format>`:
 * `npx tsx test/checkpoint-files/write-golden.ts`. Run it once for each new format; what is there is never written again,
 * as it stands for the checkpoints that people have.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHECKPOINT_VERSION } from '../../engine/checkpoints/manifest.ts';
import { openCheckpoints } from '../../engine/checkpoints/open-checkpoints.ts';
import { generateDays } from '../laws/generated-days.ts';
import { planOf, startRun } from '../laws/run-pipeline.ts';
import { type GoldenContents, toldBy } from './golden-checkpoint.ts';

const folder = join(fileURLToPath(new URL('.', import.meta.url)), `v${CHECKPOINT_VERSION}`);
if (existsSync(folder)) throw new Error(`${folder} is there: a format's file is written once`);
const plan = planOf('Europe/Berlin');
const world = generateDays({
  seed: 2024,
  timeZone: 'Europe/Berlin',
  from: '2024-10-26',
  days: 2,
  events: 80,
  duplicates: 0.1,
  conflicts: 0.1,
  broken: 0.05,
});
// Of two days the first is over: its events are late.
const run = startRun({ plan, calendar: world.calendar, mode: 'live', firstDay: world.firstDay + 1 });
for (const [i, event] of world.deliveries.entries()) run.give([event], `orders/${i % 2}`);
const checkpoints = await openCheckpoints<GoldenContents>({ folder });
await checkpoints.write({
  takenAtMs: Date.UTC(2024, 9, 28),
  plan,
  snapshot: run.pipeline.lend(),
  offsets: { 'orders/0': '200', 'orders/1': '9007199254740993' },
  parts: { archive: { file: 'day=2024-10-27/1.parquet' } },
  runFacts: { watermarkMs: run.pipeline.watermarkMs() },
});
const told = toldBy({ plan, snapshot: run.pipeline.snapshot() });
writeFileSync(join(folder, 'told.json'), `${JSON.stringify(told, null, 2)}\n`);
