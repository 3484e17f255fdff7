import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { failureOf, GmvError } from '../errors.ts';
import type { FromArchiveWriter, ToArchiveWriter } from './archive-messages.ts';
import { type ArchiveWriterOptions, createArchiveWriter } from './archive-writer.ts';
import type { RowBlock } from './row-block.ts';

/** Where the disk refused, writing is tried again so often; ms. */
const RETRY_MS = 1000;

export interface ServeArchiveOptions extends ArchiveWriterOptions {
  /** To `openArchive`. */
  readonly port: MessagePort;
}

/**
 * Writes the archive for the keeper at the other end of the port until that closes. While the disk refuses, blocks are
 * not given back, so that no more of them come than memory is meant for.
 */
export async function serveArchive({ port, ...options }: ServeArchiveOptions): Promise<void> {
  const writer = createArchiveWriter(options);
  const queue: ToArchiveWriter[] = [];
  const held: RowBlock[] = [];
  let refused = false;
  let wake = (): void => undefined;
  let closed = false;

  const post = (message: FromArchiveWriter): void => port.postMessage(message);
  const giveBack = (): void => {
    for (const block of held.splice(0)) {
      block.length = 0;
      block.bytesUsed = 0;
      post({ kind: 'taken', block });
    }
  };
  const noteDisk = (problem: GmvError | null): void => {
    if (refused !== (problem !== null)) post({ kind: 'problem', problem: problem?.message ?? null });
    refused = problem !== null;
    if (!refused) giveBack();
  };

  const flush = async (days: number): Promise<void> => {
    try {
      await writer.flush(days);
      noteDisk(null);
    } catch (error) {
      noteDisk(diskError(error));
    }
  };

  /** Work that has time; false where there is none. */
  const step = async (): Promise<boolean> => {
    try {
      return !refused && (await writer.step());
    } catch (error) {
      if (!(error instanceof GmvError)) throw error;
      post({ kind: 'not-merged', problem: error.message });
      return false;
    }
  };

  const handle = async (message: ToArchiveWriter): Promise<void> => {
    switch (message.kind) {
      case 'open':
        return post({ kind: 'opened', ...(await writer.open(message.named, message.kept)) });
      case 'rows':
        writer.add(message.block, message.texts);
        held.push(message.block);
        if (!refused) await flush(0);
        return;
      case 'cut':
        try {
          const result = await writer.cut(message.sealedThrough);
          noteDisk(null);
          post({ kind: 'part', ...result });
        } catch (error) {
          const problem = diskError(error);
          noteDisk(problem);
          post({ kind: 'not-cut', failure: failureOf(problem) });
        }
        return;
      case 'committed':
        return writer.committed(message.kept);
      case 'close':
        closed = true;
        return;
    }
  };

  port.on('message', (message: ToArchiveWriter) => {
    queue.push(message);
    wake();
  });
  port.on('close', () => {
    closed = true;
    wake();
  });
  const untilWoken = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = refused ? setTimeout(resolve, RETRY_MS) : null;
      wake = () => {
        if (timer) clearTimeout(timer);
        resolve();
      };
    });

  try {
    while (!closed) {
      const message = queue.shift();
      if (message) await handle(message);
      else if (!(await step())) {
        if (queue.length === 0 && !closed) await untilWoken();
        if (refused && queue.length === 0) await flush(1);
      } else await nextTurn();
    }
    await writer.close();
    post({ kind: 'closed' });
  } catch (error) {
    post({ kind: 'failed', failure: failureOf(error) });
    throw error;
  } finally {
    port.close();
  }
}

/** An error of the disk; any other is a defect and ends the thread. */
function diskError(error: unknown): GmvError {
  if (error instanceof GmvError && error.code === 'archive_write') return error;
  throw error;
}
