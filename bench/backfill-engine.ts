import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { loadConfig } from '../engine/config.ts';
import { historyPaths } from '../engine/history/history-paths.ts';
import { openHistory } from '../engine/history/open-history.ts';
import type { Plan } from '../engine/plan/plan.ts';
import type { JobDraft } from '../engine/protocol/jobs.ts';
import { type BackfillThreads, startBackfillThreads } from './backfill-threads.ts';
import type { DailyFiles } from './daily-orders.ts';
import { createFigureDigest, type FigureDigest } from './figure-digest.ts';
import type { Measured } from './harness.ts';

export interface BackfillInput extends DailyFiles {
  /** Whether sets of ids are compared by their members, or only counted. */
  readonly members: boolean;
}

export interface BackfillContender extends BackfillInput {
  /** In UTC. */
  readonly plan: Plan;
  /** The same and a metric more. */
  readonly extended: Plan;
  readonly threads: number;
}

const DATASET = 'days';
const SAMPLE_EVERY_MS = 100;
const MIB = 2 ** 20;

/**
 * The backfill as the server runs it, from submitting to published history on the disk. Then the same once more, and
 * then, after a restart with a metric more in the catalogue, all metrics again.
 */
export async function backfillDays(input: BackfillContender): Promise<Measured> {
  const { plan, extended, span, threads } = input;
  const dataFolder = mkdtempSync(join(tmpdir(), 'gmv-bench-backfill-'));
  const draft: JobDraft = {
    dataset: DATASET,
    spans: [span],
    metrics: null,
    when: 'now',
    parallelism: threads,
    approval: { kind: 'manual' },
  };
  let running = await open(input, plan, dataFolder);
  try {
    const memory = sampleMemory();
    const before = process.cpuUsage();
    const first = await running.publish(draft);
    const { user, system } = process.cpuUsage(before);
    const residentMiB = memory.stop();
    const longestDelayMs = running.longestDataDelayMs();
    const repeated = await running.publish(draft);
    if (repeated.summary.rowsDone > 0) throw new Error('the same backfill read rows again');
    await running.stop();
    running = await open(input, extended, dataFolder);
    const extendedBy = await running.publish(draft);
    const share = (seconds: number): number => (seconds / first.seconds) * 100;
    return {
      rows: first.summary.rowsDone,
      seconds: first.seconds,
      columns: {
        'first CPU s': (user + system) / 1e6,
        'MiB at ¼': residentMiB(0.25),
        'at ½': residentMiB(0.5),
        'at the end': residentMiB(1),
        'estimate s': first.estimateSeconds,
        'publish s': first.afterSeconds,
        'data thread ≤ ms': longestDelayMs,
        'again s': repeated.seconds,
        'again %': share(repeated.seconds),
        'metric more %': share(extendedBy.seconds),
      },
      digest: async () => {
        await running.stop();
        const digest = await digestOfHistory(dataFolder, plan, input.members);
        rmSync(dataFolder, { recursive: true, force: true });
        return digest;
      },
    };
  } catch (error) {
    await running.stop();
    rmSync(dataFolder, { recursive: true, force: true });
    throw error;
  }
}

async function open(
  { folder, threads }: BackfillContender,
  plan: Plan,
  dataFolder: string,
): Promise<BackfillThreads> {
  const { backfill } = await loadConfig(dataFolder, { NODE_ENV: 'production' });
  return startBackfillThreads({
    plan,
    dataFolder,
    configFolder: folder,
    datasets: { [DATASET]: { title: basename(folder).slice(0, 40), files: '*.parquet' } },
    backfill: { ...backfill, threads },
  });
}

/** What the process holds of memory from now on; MiB, at a share of the time that passed until `stop`. */
function sampleMemory(): { stop(): (share: number) => number } {
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(process.memoryUsage.rss() / MIB), SAMPLE_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return (share) => Math.round(samples[Math.ceil(share * samples.length) - 1] ?? Number.NaN);
    },
  };
}

async function digestOfHistory(dataFolder: string, plan: Plan, members: boolean): Promise<FigureDigest> {
  const path = historyPaths(dataFolder).file;
  const history = await openHistory({ path, plan, clock: () => Date.now() });
  try {
    const digest = createFigureDigest();
    const rollups = plan.rollups.map(({ name }) => name);
    for (const { day } of history.publishedDays()) {
      const figures = await history.figuresOf(day, { rollups, identity: members });
      if (figures) digest.add(figures);
    }
    return digest.digest();
  } finally {
    await history.close();
  }
}
