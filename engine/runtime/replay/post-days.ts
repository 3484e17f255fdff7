import type { ComputedDay } from '../../history/staging.ts';
import { buffersOf } from './replay-messages.ts';

/** Bytes of days, in memory or files, that may wait for the receiver: enough that neither stands still. */
const MOST_WAITING_BYTES = 32 * 1024 * 1024;

/** Gives days to another thread, only as fast as it takes them. */
export interface PostDays<Day extends ComputedDay> {
  /** Settles when the receiver may have another one. */
  post(day: Day): Promise<void>;
  /** The receiver has dealt with the oldest one. */
  taken(): void;
}

export interface PostDaysOptions<Day extends ComputedDay> {
  readonly send: (day: Day, move: ArrayBuffer[]) => void;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}

export function createPostDays<Day extends ComputedDay>({
  send,
  signal,
}: PostDaysOptions<Day>): PostDays<Day> {
  const waiting: number[] = [];
  let waitingBytes = 0;
  let wake = (): void => undefined;
  signal.addEventListener('abort', () => wake(), { once: true });
  return {
    async post(day) {
      const isStaged = 'folder' in day;
      const buffers = isStaged ? [] : buffersOf(day);
      const bytes = isStaged ? day.bytes : buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
      waiting.push(bytes);
      waitingBytes += bytes;
      send(day, buffers);
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
