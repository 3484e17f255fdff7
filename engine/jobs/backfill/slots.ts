/** Threads that several jobs share: who asked first gets the next. */
export interface Slots {
  /**
   * Waits for one; what it gives returns it.
   *
   * @throws the signal's reason.
   */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createSlots(threads: number): Slots {
  let free = threads;
  const waiting: (() => void)[] = [];

  const release = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  const once = (): (() => void) => {
    let released = false;
    return () => {
      if (!released) release();
      released = true;
    };
  };

  return {
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free--;
        return once();
      }
      await new Promise<void>((resolve, reject) => {
        const mine = (): void => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        };
        const giveUp = (): void => {
          waiting.splice(waiting.indexOf(mine), 1);
          reject(signal.reason);
        };
        waiting.push(mine);
        signal.addEventListener('abort', giveUp, { once: true });
      });
      return once();
    },
  };
}
