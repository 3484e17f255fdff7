import { MessageChannel } from 'node:worker_threads';
import type { ArchiveTask } from '../../archive/archive-messages.ts';
import type { ArchivePart } from '../../archive/archive-part.ts';
import { openArchive } from '../../archive/open-archive.ts';
import type { LiveSettings } from '../../config.ts';
import type { Dictionaries } from '../../events/dictionary.ts';
import type { Plan } from '../../plan/plan.ts';
import { startThread } from '../threads/start-thread.ts';
import type { AnyThreadMessage, LoopDelay, StopMessage } from '../threads/thread-messages.ts';
import type { Keeper } from './keeper.ts';

/** The archive's own thread has so long to end; ms. */
const END_WITHIN_MS = 1000;

export interface LiveArchiveOptions {
  readonly plan: Plan;
  readonly live: LiveSettings;
  readonly folder: string;
  /** Of the live thread. */
  readonly dictionaries: Dictionaries;
  /** Of the checkpoint that live goes on from. */
  readonly named: ArchivePart | null;
  /** Of all checkpoints that are kept. */
  readonly kept: readonly ArchivePart[];
  /** Index of the last sealed business day; null where none is. */
  readonly sealedThrough: () => number | null;
  readonly say: (level: 'info' | 'warn', message: string) => void;
  readonly onLoopDelay: (delay: LoopDelay) => void;
}

/** Starts the thread that encodes and writes the archive, and opens the keeper that feeds it. */
export async function openLiveArchive(
  options: LiveArchiveOptions,
): Promise<Keeper<ArchivePart> & { problem(): string | null }> {
  const { plan, live, folder, dictionaries, named, kept, say } = options;
  const { keepDays, keepBytes } = live.archive;
  const { port1, port2 } = new MessageChannel();
  const task: ArchiveTask = {
    port: port2,
    folder,
    plan,
    retention: { days: keepDays, bytes: keepBytes },
  };
  const thread = startThread<StopMessage, AnyThreadMessage>({
    name: 'archive-thread',
    task,
    transfer: [port2],
    onMessage: () => undefined,
    onLoopDelay: options.onLoopDelay,
  });
  void thread.ended.then((error) => {
    if (error) say('warn', `The thread that writes the archive ended: ${error.message}`);
  });
  const archive = await openArchive({
    port: port1,
    schema: plan.schema,
    dictionaries,
    named,
    kept,
    sealedThrough: options.sealedThrough,
    onOpened({ missing }) {
      if (missing.length > 0)
        say('warn', `The archive lacks ${missing.join(', ')}: a replay will lack their rows`);
    },
    onNotMerged: (problem) => say('warn', `Small files of the archive stay as they are: ${problem}`),
    onRetired(days) {
      for (const { day, rows, because } of days)
        say('info', `The archive gave up ${rows} rows of ${day}: beyond the ${because} that are kept`);
    },
  });
  return {
    ...archive,
    async close() {
      await archive.close();
      await thread.stop(END_WITHIN_MS);
    },
  };
}
