import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import type { CheckpointContents } from '../engine/checkpoints/checkpoint.ts';
import { openCheckpoints } from '../engine/checkpoints/open-checkpoints.ts';
import { createDictionaries } from '../engine/events/create-dictionaries.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { createPipeline } from '../engine/runtime/pipeline/create-pipeline.ts';
import type { PipelineSnapshot } from '../engine/runtime/pipeline/pipeline-snapshot.ts';
import { defaultPlan } from './default-plan.ts';
import { createMadeDays, forEachBatch } from './made-day.ts';
import { median } from './median.ts';
import { CURRENCY } from './order-sql.ts';
import { processorSeconds } from './processor-seconds.ts';

/**
 * What a checkpoint of a large day costs: how long it holds the live pipeline up, how long it takes beside it, its
 * size, and how long a restart from it takes. Writing and restoring are processes of their own.
 */
const { values } = parseArgs({
  options: {
    /** Events of the day, each with an event id, an order and a buyer of its own. */
    keys: { type: 'string', default: '5000000' },
    rounds: { type: 'string', default: '3' },
    write: { type: 'string' },
    restore: { type: 'string' },
  },
});

interface Contents extends CheckpointContents {
  readonly plan: Plan;
  readonly snapshot: PipelineSnapshot;
  readonly parts: Readonly<Record<string, never>>;
  readonly runFacts: null;
}

/** Live gives way to messages as often; ms. */
const TURN_MS = 20;
const plan = defaultPlan({ currency: CURRENCY });
const calendar = createBusinessCalendar(plan.timeZone);
const keys = Number(values.keys);
type Measured = Readonly<Record<string, number>>;

if (values.write !== undefined) console.log(JSON.stringify(await write(values.write)));
else if (values.restore !== undefined) console.log(JSON.stringify(await restore(values.restore)));
else report();

function report(): void {
  console.log(`A checkpoint of ${keys} event ids, with as many orders and buyers, while events go on coming`);
  const rounds: Measured[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const folder = mkdtempSync(join(tmpdir(), 'gmv-checkpoint-bench-'));
    try {
      rounds.push({ ...inProcess('--write', folder), ...inProcess('--restore', folder) });
      console.log(JSON.stringify(rounds.at(-1)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const names = Object.keys(rounds[0] ?? {});
  const row = (name: string) => {
    const all = rounds.map((measured) => measured[name] ?? Number.NaN);
    return { median: Number(median(all).toFixed(1)), lowest: Math.min(...all), highest: Math.max(...all) };
  };
  console.table(Object.fromEntries(names.map((name) => [name, row(name)])));
}

function inProcess(what: string, folder: string): Measured {
  const args = [process.argv[1] ?? '', what, folder, '--keys', String(keys)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Measured;
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
function peakMiB(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

async function write(folder: string): Promise<Measured> {
  const made = createMadeDays(plan);
  const pipeline = createPipeline({ plan, dictionaries: made.dictionaries, calendar, mode: 'live' });
  let fed = 0;
  forEachBatch(made, 0, keys, (batch) => {
    pipeline.process(batch, { partition: 'orders/0' });
    // As epochs do.
    if (fed++ % 64 === 0) pipeline.takeChanges();
  });
  pipeline.takeChanges();
  const before = peakMiB();

  /** Takes batches of known orders until told to stop; says how long events waited between two of them. */
  let again = 0;
  const live = async (
    stop: () => boolean,
  ): Promise<{ readonly perBatchMs: number; readonly gapsMs: number[] }> => {
    const gapsMs: number[] = [];
    let busyMs = 0;
    let turnMs = performance.now();
    let gapStartMs = turnMs;
    while (!stop()) {
      again++;
      const first = (again * 104_729 * 8192) % (keys - 8192);
      const batch = made.batchOf({ day: 0, first, events: keys, again });
      const startMs = performance.now();
      pipeline.process(batch, { partition: 'orders/0' });
      busyMs += performance.now() - startMs;
      if (performance.now() - turnMs > TURN_MS) {
        gapStartMs = performance.now();
        await nextTurn();
        turnMs = performance.now();
        gapsMs.push(turnMs - gapStartMs);
      }
    }
    return { perBatchMs: busyMs / again, gapsMs };
  };

  const quietBatches = { left: 100 };
  const quiet = await live(() => quietBatches.left-- === 0);
  again = 0;
  const checkpoints = await openCheckpoints<Contents>({ folder });
  const startMs = performance.now();
  const snapshot = pipeline.lend();
  const lendMs = performance.now() - startMs;
  let done = false;
  const writing = checkpoints
    .write({ plan, snapshot, offsets: {}, parts: {}, takenAtMs: 0, runFacts: null })
    .finally(() => {
      done = true;
    });
  const during = await live(() => done);
  const written = await writing;
  const gaps = during.gapsMs.sort((a, b) => a - b);
  return {
    'taking the snapshot holds up (ms)': round(lendMs),
    'longest slice of writing (ms)': round(written.longestMs),
    'p99 between two turns (ms)': round(gaps[Math.floor(gaps.length * 0.99)] ?? 0),
    'median between two turns (ms)': round(gaps[gaps.length >> 1] ?? 0),
    'longest between two turns (ms)': round(gaps.at(-1) ?? 0),
    'batch of 8192 before (ms)': round(quiet.perBatchMs),
    'batch of 8192 meanwhile (ms)': round(during.perBatchMs),
    'busy with writing (ms)': round(written.busyMs),
    'until durable (ms)': round(written.ms),
    'size (MiB)': round(written.bytes / 2 ** 20),
    'peak before (MiB)': before,
    'peak with it (MiB)': peakMiB(),
  };
}

async function restore(folder: string): Promise<Measured> {
  const startMs = performance.now();
  const checkpoints = await openCheckpoints<Contents>({ folder });
  const found = await checkpoints.newest();
  const readMs = performance.now() - startMs;
  if (!found) throw new Error(`no checkpoint in ${folder}`);
  const dictionaries = createDictionaries(ORDER_SCHEMA, plan.limits.maxCategoryValues);
  createPipeline({ plan, dictionaries, calendar, mode: 'live', from: found.checkpoint.snapshot });
  return {
    'restore: reading (ms)': round(readMs),
    'restore: all (ms)': round(performance.now() - startMs),
    'restore: processor (ms)': round(processorSeconds() * 1000),
    'restore: peak (MiB)': peakMiB(),
  };
}
