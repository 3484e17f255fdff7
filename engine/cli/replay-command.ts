import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import type { Plan } from '../plan/plan.ts';
import { replayFiles } from '../runtime/replay/replay-files.ts';
import { expandPaths } from '../sources/parquet/expand-paths.ts';
import { createRangeFigures } from './range-figures.ts';
import { replayJson } from './replay-json.ts';
import { createReplayProgress } from './replay-progress.ts';
import { replayTable } from './replay-table.ts';

export interface ReplayCommandOptions {
  /** Files, folders and globs, from `folder`. */
  readonly paths: readonly string[];
  readonly folder: string;
  /** With identity everywhere; its currency may be `null`: the first row's. */
  readonly plan: Plan;
  readonly threads: number;
  readonly top: number;
  readonly json: boolean;
  /** Where progress goes; null: nowhere. */
  readonly progress: NodeJS.WriteStream | null;
  readonly signal: AbortSignal;
}

/** `gmv replay`: gives the text to print, whole, once everything has been read. */
export async function replayCommand(options: ReplayCommandOptions): Promise<string> {
  const { plan, threads, top, signal } = options;
  const files = await expandPaths({ paths: options.paths, folder: options.folder });
  const figures = createRangeFigures({ plan, calendar: createBusinessCalendar(plan.timeZone) });
  const startedMs = performance.now();
  const progress = options.progress && createReplayProgress(options.progress);
  const report = await replayFiles({
    plan,
    files,
    threads,
    signal,
    onDay: figures.addDay,
    onProgress: progress?.show,
  }).finally(() => progress?.clear());
  const range = figures.finish({ top });
  // Adding days up is part of the answer's cost.
  const seconds = (performance.now() - startedMs) / 1000;
  const answer = { plan, report: { ...report, seconds }, figures: range };
  return options.json ? JSON.stringify(replayJson(answer)) : replayTable(answer);
}
