import { constants } from 'node:os';

/** One Ctrl-C may come twice: from the terminal, and from npm, which passes it on; ms. */
const ONE_PRESS_MS = 500;

export interface StopSignalsOptions {
  readonly process: NodeJS.Process;
  readonly signals: readonly NodeJS.Signals[];
  /** Ends in order. */
  readonly onFirst: (signal: NodeJS.Signals) => void;
  /** Has its last word before the process is gone. */
  readonly onSecond: () => void;
}

/** What a process does on signals that ask it to end. */
export interface StopSignals {
  /** From now on a signal ends the process without asking it. */
  release(): void;
}

/**
 * The first signal ends the process in order, the second at once: by that signal, so that shells see 130 or 143.
 * `process.exit` would wait for threads that are at work.
 */
export function takeStopSignals({ process, signals, onFirst, onSecond }: StopSignalsOptions): StopSignals {
  let firstAtMs: number | null = null;
  const release = (): void => {
    for (const signal of signals) process.removeAllListeners(signal);
  };
  const take = (signal: NodeJS.Signals): void => {
    if (firstAtMs === null) {
      firstAtMs = performance.now();
      onFirst(signal);
      return;
    }
    if (performance.now() - firstAtMs < ONE_PRESS_MS) return;
    onSecond();
    release();
    process.kill(process.pid, signal);
    // The first process of a container does not die by its own signal.
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.on(signal, take);
  return { release };
}
