import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Transferable, Worker } from 'node:worker_threads';
import { GmvError } from '../../errors.ts';
import { threadCrash, threadError } from './thread-error.ts';
import type { AnyThreadMessage, LoopDelay, StopMessage } from './thread-messages.ts';

export interface StartThreadOptions<From> {
  /** File in `dist/threads`, without its ending. */
  readonly name: string;
  readonly task: unknown;
  /** Ports within the task. */
  readonly transfer?: readonly Transferable[];
  readonly onMessage: (message: From) => void;
  readonly onLoopDelay?: (delay: LoopDelay) => void;
}

export interface Thread<To> {
  post(message: To, transfer?: readonly Transferable[]): void;
  /** Settles when the thread is gone: null when it ended as asked, else why it didn't. */
  readonly ended: Promise<GmvError | null>;
  /** Asks it to end, and ends it by force after the given time. */
  stop(withinMs: number): Promise<void>;
}

/** Starts a thread of the built engine; see {@link Thread}. */
export function startThread<To, From extends { readonly kind: string }>(
  options: StartThreadOptions<From>,
): Thread<To | StopMessage> {
  const { name, task, transfer = [], onMessage, onLoopDelay } = options;
  const worker = new Worker(threadFile(name), { name, workerData: task, transferList: [...transfer] });
  let failure: GmvError | null = null;
  let stopping = false;

  worker.on('message', (message: From | AnyThreadMessage) => {
    if (message.kind === 'loop-delay' && 'delay' in message) onLoopDelay?.(message.delay);
    else if (message.kind === 'failed' && 'failure' in message) failure = threadError(name, message.failure);
    else onMessage(message as From);
  });
  worker.on('error', (error) => {
    failure ??= threadCrash(name, error);
  });
  const ended = new Promise<GmvError | null>((done) => {
    worker.once('exit', (code) => {
      if (stopping) done(null);
      else done(failure ?? (code === 0 ? null : threadCrash(name, new Error(`it ended with code ${code}`))));
    });
  });

  return {
    post: (message, move = []) => worker.postMessage(message, [...move]),
    ended,
    async stop(withinMs) {
      stopping = true;
      worker.postMessage({ kind: 'stop' } satisfies StopMessage);
      const force = setTimeout(() => worker.terminate(), withinMs);
      await ended;
      clearTimeout(force);
    },
  };
}

/** `dist/threads/<name>.js` of the package that this code belongs to, bundled or not. */
function threadFile(name: string): string {
  const file = join(packageRoot(import.meta.dirname), 'dist', 'threads', `${name}.js`);
  if (existsSync(file)) return file;
  throw new GmvError('not_built', `${file} is missing`, 'Run: npm run build');
}

function packageRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new GmvError('not_built', 'no package.json above the engine', 'Install it whole.');
  return packageRoot(parent);
}
