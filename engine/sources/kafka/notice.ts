/** Lets some wait until another says that something has changed. */
export interface Notice {
  /** Until the next {@link notify}, or at most `ms`. */
  wait(ms?: number): Promise<void>;
  notify(): void;
}

export function createNotice(): Notice {
  let waiting: (() => void)[] = [];
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
        waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
    notify() {
      const all = waiting;
      waiting = [];
      for (const resolve of all) resolve();
    },
  };
}
