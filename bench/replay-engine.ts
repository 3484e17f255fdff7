import type { DayFigures } from '../engine/figures/day-figures.ts';
import { replayFiles } from '../engine/runtime/replay/replay-files.ts';
import { digestOfDays } from './figure-digest.ts';
import type { Measured } from './harness.ts';
import type { ReplayContender } from './replay-duckdb.ts';

/** The engine: from the file to all days' figures in memory. */
export async function engineFigures({ file, plan, threads }: ReplayContender): Promise<Measured> {
  const days: DayFigures[] = [];
  const { counts, seconds } = await replayFiles({
    plan,
    files: [file],
    threads,
    onDay: (figures) => void days.push(figures),
  });
  return { rows: counts.rows, seconds, digest: () => digestOfDays(days) };
}
