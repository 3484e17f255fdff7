/** Lets some wait until another says that something has changed. */
export interface Notice {
  /** Until the next `notify`, or at most `ms`. */
  wait(ms?: number): Promise<void>;
  notify(): void;
}

export function createNotice(): Notice {
  const waiting = new Set<() => void>();
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(end);
          resolve();
        };
        const timer = ms === undefined ? undefined : setTimeout(end, ms);
        waiting.add(end);
      }),
    notify() {
      for (const end of [...waiting]) end();
    },
  };
}
