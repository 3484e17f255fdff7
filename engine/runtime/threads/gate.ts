/** A value that others wait for, and that can be taken back. */
export interface Gate<T> {
  open(value: T): void;
  shut(): void;
  /** The value as soon as there is one; rejects with the signal's reason when it aborts before. */
  wait(signal: AbortSignal): Promise<T>;
}

export function createGate<T>(): Gate<T> {
  let held: { readonly value: T } | null = null;
  const waiting = new Set<(value: T) => void>();
  return {
    open(value) {
      held = { value };
      for (const go of waiting) go(value);
      waiting.clear();
    },
    shut() {
      held = null;
    },
    wait(signal) {
      if (held) return Promise.resolve(held.value);
      return new Promise((done, reject) => {
        const stop = (): void => {
          waiting.delete(go);
          reject(signal.reason);
        };
        const go = (value: T): void => {
          signal.removeEventListener('abort', stop);
          done(value);
        };
        waiting.add(go);
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
      });
    },
  };
}
