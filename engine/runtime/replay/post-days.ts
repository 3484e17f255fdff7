import type { DayFigures } from '../../figures/day-figures.ts';
import { buffersOf } from './replay-messages.ts';

/** Bytes of days that may wait for the receiver: enough that neither stands still, few enough to keep memory flat. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024;

/** Gives days to another thread, only as fast as it takes them. */
export interface PostDays {
  /** Settles when the receiver may have another one. */
  post(figures: DayFigures): Promise<void>;
  /** The receiver has dealt with the oldest one. */
  taken(): void;
}

export interface PostDaysOptions {
  readonly send: (figures: DayFigures, move: ArrayBuffer[]) => void;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}

export function createPostDays({ send, signal }: PostDaysOptions): PostDays {
  const waiting: number[] = [];
  let waitingBytes = 0;
  let wake = (): void => undefined;
  signal.addEventListener('abort', () => wake(), { once: true });
  return {
    async post(figures) {
      const buffers = buffersOf(figures);
      const bytes = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
      waiting.push(bytes);
      waitingBytes += bytes;
      send(figures, buffers);
      while (waitingBytes > MOST_WAITING_BYTES && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    taken() {
      waitingBytes -= waiting.shift() ?? 0;
      wake();
    },
  };
}
