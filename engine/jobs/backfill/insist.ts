import { GmvError } from '../../errors.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5000;
const MOST_TRIES = 12;

/**
 * Tries again what may help by itself, as a thread that starts anew: about half a minute in all.
 *
 * @throws what isn't retriable, and what stays after the last try.
 */
export async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= MOST_TRIES || !(error instanceof GmvError && error.retriable)) throw error;
      const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
