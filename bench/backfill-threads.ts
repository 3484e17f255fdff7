import { MessageChannel } from 'node:worker_threads';
import type { BackfillSettings, DatasetSettings } from '../engine/config.ts';
import type { Plan } from '../engine/plan/plan.ts';
import type { JobDraft, JobSummary } from '../engine/protocol/jobs.ts';
import type { JobsApi } from '../engine/protocol/jobs-api.ts';
import { createJobsClient } from '../engine/runtime/threads/jobs-client.ts';
import { startThread } from '../engine/runtime/threads/start-thread.ts';
import type {
  DataTask,
  FromDataThread,
  FromJobsThread,
  JobsTask,
  LoopDelay,
  ToDataThread,
  ToJobsThread,
} from '../engine/runtime/threads/thread-messages.ts';

export interface BackfillThreadsOptions {
  readonly plan: Plan;
  /** History lies in it. */
  readonly dataFolder: string;
  /** Globs of datasets are relative to it. */
  readonly configFolder: string;
  readonly datasets: Readonly<Record<string, DatasetSettings>>;
  readonly backfill: BackfillSettings;
}

/** The server's threads of data and of jobs, without the others. */
export interface BackfillThreads {
  readonly jobs: JobsApi;
  /** Estimates, submits, approves what comes, and waits until it is published. */
  publish(draft: JobDraft): Promise<PublishedJob>;
  /** The longest that work of the data thread waited for its turn so far; ms. */
  longestDataDelayMs(): number;
  stop(): Promise<void>;
}

export interface PublishedJob {
  readonly summary: JobSummary;
  readonly estimateSeconds: number;
  /** From submitting to published. */
  readonly seconds: number;
  /** Of these, from the end of the last day to published: comparing and publishing. */
  readonly afterSeconds: number;
}

const STOP_WITHIN_MS = 10_000;
const CURRENCY_DIGITS = 2;
/** As the main thread tells them. */
const TELL_EVERY_MS = 500;
const LOOK_EVERY_MS = 20;

/** Starts them as the server does; nothing is live, and the jobs are told so. */
export async function startBackfillThreads(options: BackfillThreadsOptions): Promise<BackfillThreads> {
  const { plan, dataFolder, configFolder, datasets, backfill } = options;
  const delays: LoopDelay[] = [];
  let isReady = (): void => undefined;
  const ready = new Promise<void>((done) => {
    isReady = done;
  });
  const data = startThread<ToDataThread, FromDataThread>({
    name: 'data-thread',
    task: {
      plan,
      dataFolder,
      keep: { count: backfill.keepGenerations, days: backfill.keepGenerationsDays },
      clockOffsetMs: 0,
    } satisfies DataTask,
    onMessage: (message) => {
      if (message.kind === 'ready') isReady();
    },
    onLoopDelay: (delay) => void delays.push(delay),
  });
  const failed = data.ended.then((error) => Promise.reject(error ?? new Error('the data thread ended')));
  failed.catch(() => undefined);
  await Promise.race([ready, failed]);

  const { port1, port2 } = new MessageChannel();
  data.post({ kind: 'connect-jobs', port: port1 }, [port1]);
  const client = createJobsClient();
  const jobs = startThread<ToJobsThread, FromJobsThread>({
    name: 'jobs-thread',
    task: {
      ...{ plan, dataFolder, configFolder, datasets, backfill, port: port2 },
      source: 'simulator',
      currencyDigits: CURRENCY_DIGITS,
      clockOffsetMs: 0,
    } satisfies JobsTask,
    transfer: [port2],
    onMessage(message) {
      if (message.kind === 'notice') console.error(message.message);
      else if (message.kind !== 'news') client.take(message);
    },
  });
  client.attach(jobs);
  const tell = setInterval(
    () =>
      client.load({ watermarkMs: null, liveLagMs: null, behind: false, loopDelayP99Ms: 0, lateByDay: {} }),
    TELL_EVERY_MS,
  );

  return {
    jobs: client.api,
    async publish(draft) {
      const begin = performance.now();
      const { fingerprint, refusal } = await client.api.estimate({ draft });
      if (refusal !== null) throw new Error(refusal);
      const submitted = performance.now();
      let summary = await client.api.submit({ draft, estimate: fingerprint, actor: 'bench' });
      let doneMs = submitted;
      while (summary.state !== 'published') {
        if (summary.problem !== null) throw new Error(`${summary.state}: ${summary.problem}`);
        if (summary.state === 'awaiting_approval') {
          const { fingerprint: expect } = await client.api.comparison({ id: summary.id });
          await client.api.act({ id: summary.id, action: 'approve', expect, actor: 'bench' });
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        summary = (await client.api.jobs({})).find(({ id }) => id === summary.id) ?? summary;
        if (summary.units.done < totalOf(summary)) doneMs = performance.now();
      }
      const end = performance.now();
      return {
        summary,
        estimateSeconds: (submitted - begin) / 1000,
        seconds: (end - submitted) / 1000,
        afterSeconds: (end - doneMs) / 1000,
      };
    },
    longestDataDelayMs: () => Math.max(0, ...delays.map(({ maxMs }) => maxMs)),
    async stop() {
      clearInterval(tell);
      await jobs.stop(STOP_WITHIN_MS);
      await data.stop(STOP_WITHIN_MS);
    },
  };
}

const totalOf = ({ units }: JobSummary): number =>
  units.waiting + units.running + units.done + units.failed + units.cancelled;
