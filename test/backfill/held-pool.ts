import { replayTask } from '../../engine/runtime/replay/replay-task.ts';
import type { BedPool } from './backfill-bed.ts';

/** A pool in the calling thread whose days can be held back. */
export interface HeldPool extends BedPool {
  /** Hands out so many more days; then it holds the next one. */
  allow(days: number): void;
  /** Days that wait to be handed out. */
  held(): number;
}

export function createHeldPool(): HeldPool {
  let allowed = 0;
  const waiting = new Set<() => void>();

  const turn = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const go = (): void => {
        waiting.delete(go);
        allowed--;
        resolve();
      };
      signal?.addEventListener('abort', () => {
        waiting.delete(go);
        reject(signal.reason);
      });
      if (signal?.aborted) reject(signal.reason);
      else if (allowed > 0) go();
      else waiting.add(go);
    });

  return {
    run: (task) =>
      replayTask({
        ...task,
        onDay: async (figures) => {
          await turn(task.signal);
          await task.onDay(figures);
        },
      }),
    allow(days) {
      allowed += days;
      for (const go of [...waiting].slice(0, days)) go();
    },
    held: () => waiting.size,
  };
}
