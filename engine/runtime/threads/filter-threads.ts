import { randomUUID } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import type { WantedFilter } from '../../store/filters/filters.ts';
import type { DataClient } from './data-client.ts';
import type { Gate } from './gate.ts';
import { type KeptThread, keepThread } from './keep-thread.ts';
import { startThread } from './start-thread.ts';
import type { FromLiveThread, LiveSource, LiveTask, StopMessage } from './thread-messages.ts';

export interface FilterThreadsOptions {
  readonly data: Pick<DataClient, 'connect'>;
  readonly dataReady: Gate<true>;
  readonly sourceKnown: Gate<LiveSource>;
  readonly clockOffsetMs: number;
  readonly onRestart: (thread: string, error: Error, inARow: number) => void;
  /** For the log. */
  readonly onNotice: (level: 'info' | 'warn', message: string) => void;
}

/** One thread for each combination of filters that someone looks at. */
export interface FilterThreads {
  /** These and no others are to run. */
  want(wanted: readonly WantedFilter[]): void;
  stop(withinMs: number): Promise<void>;
}

export function createFilterThreads(options: FilterThreadsOptions): FilterThreads {
  const { data, dataReady, sourceKnown, clockOffsetMs, onRestart, onNotice } = options;
  const running = new Map<string, KeptThread>();

  const start = ({ id, plan }: WantedFilter): KeptThread =>
    keepThread({
      name: 'filter-thread',
      onRestart,
      async start(started, signal) {
        const source = await sourceKnown.wait(signal);
        await dataReady.wait(signal);
        const { port1, port2 } = new MessageChannel();
        const runId = randomUUID().slice(0, 8);
        data.connect({ kind: 'connect-filter', port: port1, runId, filter: id });
        const task: LiveTask = { plan, source, runId, clockOffsetMs, port: port2 };
        started(
          startThread<StopMessage, FromLiveThread>({
            name: 'filter-thread',
            task,
            transfer: [port2],
            onMessage: (message) => {
              if (message.kind === 'notice') onNotice(message.level, message.message);
            },
          }),
        );
      },
    });

  return {
    want(wanted) {
      const ids = new Set(wanted.map(({ id }) => id));
      for (const [id, thread] of running) {
        if (ids.has(id)) continue;
        running.delete(id);
        void thread.stop(1000);
      }
      for (const filter of wanted) if (!running.has(filter.id)) running.set(filter.id, start(filter));
    },
    async stop(withinMs) {
      const all = [...running.values()];
      running.clear();
      await Promise.all(all.map((thread) => thread.stop(withinMs)));
    },
  };
}
