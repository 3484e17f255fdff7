import { setTimeout as sleep } from 'node:timers/promises';
import { findServer } from '../engine/cli/ask-server.ts';
import type { JobDraft, JobEstimate, JobSummary, JobUpdate } from '../engine/protocol/jobs.ts';
import type { Beside, Latency, MeasuredServer } from './live-latency.ts';
import { median } from './median.ts';

export interface EndlessBackfillOptions {
  readonly server: MeasuredServer;
  readonly draft: JobDraft;
  /** How long it goes on by itself once nothing is live any more. */
  readonly aloneMs: number;
}

interface Look {
  readonly atMs: number;
  readonly rows: number;
  readonly speed: number;
  readonly why: string | null;
}

const LOOK_EVERY_MS = 250;
/** Speed that live's load took is given back within that. */
const SETTLE_MS = 12_000;

/** Backfills the same days again and again, each time from their files: results are given up when they are there. */
export async function startEndlessBackfill(options: EndlessBackfillOptions): Promise<Beside> {
  const { server, draft, aloneMs } = options;
  const stop = new AbortController();
  const { url, dataFolder } = server;
  const settings = { host: '127.0.0.1', port: Number(new URL(url).port), dataFolder };
  const client = await findServer({ settings, signal: new AbortController().signal });
  const looks: Look[] = [];
  /** Of the jobs before. */
  let rowsBefore = 0;

  const runOnce = async (begun: () => void): Promise<void> => {
    const estimate = await client.post<JobEstimate>('/api/backfill/estimate', { draft });
    if (estimate.refusal !== null) throw new Error(estimate.refusal);
    const { id } = await client.post<JobSummary>('/api/jobs', { draft, estimate: estimate.fingerprint });
    const act = (action: string): Promise<unknown> =>
      client.post('/api/job/action', { id, action, expect: null });
    for (;;) {
      const { summary } = await client.get<JobUpdate>('/api/job', { id });
      const { speed, why } = summary.throttle;
      const rows = rowsBefore + summary.rowsDone;
      looks.push({ atMs: performance.now(), rows, speed, why });
      if (summary.rowsDone > 0) begun();
      if (stop.signal.aborted) return void (await act('stop'));
      if (summary.problem !== null) throw new Error(summary.problem);
      if (summary.state === 'awaiting_approval') {
        rowsBefore = rows;
        return void (await act('discard'));
      }
      await sleep(LOOK_EVERY_MS);
    }
  };
  let begun = (): void => undefined;
  const begins = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const running = (async () => {
    while (!stop.signal.aborted) await runOnce(begun);
  })();
  await Promise.race([begins, running]);
  const startMs = performance.now();

  return {
    async end() {
      const endMs = performance.now();
      await Promise.race([sleep(SETTLE_MS), running]);
      const aloneFromMs = performance.now();
      await Promise.race([sleep(aloneMs), running]);
      const beside = rateBetween(looks, startMs, endMs);
      const alone = rateBetween(looks, aloneFromMs, performance.now());
      stop.abort();
      await running;
      return { 'backfill rows/s': beside, 'alone rows/s': alone, ...throttled(looks, startMs, endMs) };
    },
  };
}

function rateBetween(looks: readonly Look[], fromMs: number, toMs: number): number {
  const within = looks.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const [first, last] = [within[0], within.at(-1)];
  if (!first || !last || first === last) return Number.NaN;
  return Math.round(((last.rows - first.rows) / (last.atMs - first.atMs)) * 1000);
}

function throttled(looks: readonly Look[], fromMs: number, toMs: number): Latency {
  const within = looks.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const percent = (some: readonly Look[]): number => Math.round((some.length / within.length) * 100);
  const reasons = [...new Set(within.flatMap(({ why }) => (why === null ? [] : [reasonOf(why)])))].sort();
  return {
    'speed (median)': Number(median(within.map(({ speed }) => speed)).toFixed(2)),
    'slowed %': percent(within.filter(({ why }) => why !== null)),
    ...Object.fromEntries(
      reasons.map((reason) => [
        `${reason} %`,
        percent(within.filter(({ why }) => why !== null && reasonOf(why) === reason)),
      ]),
    ),
  };
}

/** Without what is another at each look: `slowed: live lag 3.2 s` is `slowed: live lag`. */
const reasonOf = (why: string): string => why.replace(/ ?\d[\d.]* ?(ms|s)?$/, '');
