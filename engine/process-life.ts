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

/** Ends the process with code 0 on SIGINT and SIGTERM; further signals change nothing. */
export function createProcessLife({ process, withinMs, onError }: ProcessLifeOptions): ProcessLife {
  const closing: (() => unknown)[] = [];
  let ending = false;

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
    process.exit(code);
  };
  process.on('SIGINT', () => void end(0));
  process.on('SIGTERM', () => void end(0));

  return {
    atEnd: (close) => void closing.push(close),
    fail(error) {
      if (ending) return;
      process.stderr.write(`${error.message}\n`);
      void end(1);
    },
  };
}
