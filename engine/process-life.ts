import { takeStopSignals } from './stop-signals.ts';

/** Ends a process in order: what was opened last is closed first. */
export interface ProcessLife {
  /** To be called at the end. */
  atEnd(close: () => unknown): void;
  /** Says what went wrong in one line and ends with code 1. */
  fail(error: Error): void;
}

export interface ProcessLifeOptions {
  readonly process: NodeJS.Process;
  /** By force after this; ms. */
  readonly withinMs: number;
  readonly onError: (message: string, error: unknown) => void;
}

/** Ends the process with code 0 on SIGINT and SIGTERM, and says so; a second signal ends it at once. */
export function createProcessLife({ process, withinMs, onError }: ProcessLifeOptions): ProcessLife {
  const closing: (() => unknown)[] = [];
  let ending = false;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);

  const end = async (code: number): Promise<void> => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(code), withinMs).unref();
    for (const close of closing.reverse()) {
      try {
        await close();
      } catch (error) {
        onError('closing failed', error);
      }
    }
    signals.release();
    process.exit(code);
  };
  const signals = takeStopSignals({
    process,
    signals: ['SIGINT', 'SIGTERM'],
    onFirst() {
      say(
        `Stopping: a last checkpoint and what is being written are finished, within ${withinMs / 1000} s. ` +
          'Ctrl-C again ends it at once and loses nothing, either.',
      );
      void end(0);
    },
    onSecond: () => say('Ended at once. The next start goes on from the last checkpoint: nothing is lost.'),
  });

  return {
    atEnd: (close) => void closing.push(close),
    fail(error) {
      if (ending) return;
      say(error.message);
      void end(1);
    },
  };
}
