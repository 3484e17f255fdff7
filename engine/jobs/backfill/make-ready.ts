import type { Dataset, DatasetFile, ReadyFiles } from '../../datasets/dataset.ts';
import { GmvError } from '../../errors.ts';
import { say } from '../../protocol/sayings.ts';
import type { JobContext, JobRun } from './job-context.ts';

export interface MakeReadyOptions {
  readonly dataset: Dataset;
  readonly files: readonly DatasetFile[];
  readonly run: JobRun;
  readonly context: JobContext;
}

export interface MadeReady extends ReadyFiles {
  /** Files that can't be made ready, each with why; days of theirs can't be read. */
  readonly failed: ReadonlyMap<DatasetFile, GmvError>;
}

const TOLD_EVERY_MS = 2000;

/**
 * Makes a job's files ready; where one of them can't be, each by itself, so that the others can.
 *
 * @throws the signal's reason, and what isn't about a file.
 */
export async function makeReady({ dataset, files, run, context }: MakeReadyOptions): Promise<MadeReady> {
  const { signal } = run.stop;
  const { book, now } = context;
  let toldMs = now();
  const onProgress = (done: { readonly files: number; readonly rows: number }): void => {
    if (now() - toldMs < TOLD_EVERY_MS) return;
    toldMs = now();
    const text = say('making_ready', { done: done.files, files: files.length, rows: done.rows });
    book.step(run.job, { event: null, actor: 'gmv', text }).catch(() => undefined);
  };
  try {
    return { ...(await dataset.ready(files, { signal, onProgress })), failed: new Map() };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof GmvError)) throw error;
  }
  const ready: ReadyFiles[] = [];
  const failed = new Map<DatasetFile, GmvError>();
  const release = async (): Promise<void> => {
    await Promise.all(ready.map((each) => each.release()));
  };
  try {
    for (const file of files) {
      try {
        ready.push(await dataset.ready([file], { signal }));
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof GmvError)) throw error;
        failed.set(file, error);
      }
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { paths: ready.flatMap(({ paths }) => paths), failed, release };
}
