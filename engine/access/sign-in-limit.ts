export interface SignInLimit {
  /**
   * Takes a try for an address before its password is looked at, so that tries at once count, too.
   *
   * @returns 0, or how long it must wait; ms
   */
  take(address: string): number;
  /** The try was right: nothing is held against the address any more. */
  succeeded(address: string): void;
  /** Addresses that are remembered. */
  size(): number;
}

interface Rule {
  /** Wrong tries that cost nothing but themselves. */
  readonly free: number;
  /** Each one more doubles the wait, from a second up to this; ms. */
  readonly longestMs: number;
  /** Quiet for so long, all is forgotten; ms. */
  readonly forgetMs: number;
}

interface Tries {
  readonly count: number;
  readonly lastMs: number;
}

const FIRST_WAIT_MS = 1000;
const OF_AN_ADDRESS: Rule = { free: 5, longestMs: 15 * 60_000, forgetMs: 60 * 60_000 };
/** Gentle, as anyone can bring it about and the operator has to wait, too. */
const OF_ALL: Rule = { free: 30, longestMs: 20_000, forgetMs: 10 * 60_000 };
const MOST_ADDRESSES = 10_000;

/** Slows down who guesses passwords: each address by itself, and all together where many share the work. */
export function createSignInLimit({ clock }: { readonly clock: { now(): number } }): SignInLimit {
  const addresses = new Map<string, Tries>();
  let all: Tries = { count: 0, lastMs: 0 };

  return {
    take(address) {
      const now = clock.now();
      const before = currentTries(addresses.get(address), OF_AN_ADDRESS, now);
      all = currentTries(all, OF_ALL, now);
      if (addresses.has(address)) addresses.set(address, before);
      const waitMs = Math.max(waitOf(before, OF_AN_ADDRESS, now), waitOf(all, OF_ALL, now));
      if (waitMs > 0) return waitMs;
      // Set anew, an address comes last in the map's order: the first one is who was quiet for longest.
      addresses.delete(address);
      addresses.set(address, { count: before.count + 1, lastMs: now });
      all = { count: all.count + 1, lastMs: now };
      if (addresses.size > MOST_ADDRESSES) {
        const [quietest] = addresses.keys();
        if (quietest !== undefined) addresses.delete(quietest);
      }
      return 0;
    },
    succeeded(address) {
      addresses.delete(address);
      all = { ...all, count: Math.max(0, all.count - 1) };
    },
    size: () => addresses.size,
  };
}

/** A clock that was set back makes nobody wait for it to come here again. */
function currentTries(tries: Tries | undefined, { forgetMs }: Rule, now: number): Tries {
  if (!tries || now - tries.lastMs >= forgetMs) return { count: 0, lastMs: now };
  return tries.lastMs > now ? { ...tries, lastMs: now } : tries;
}

function waitOf({ count, lastMs }: Tries, { free, longestMs }: Rule, now: number): number {
  if (count < free) return 0;
  const waitMs = Math.min(longestMs, FIRST_WAIT_MS * 2 ** (count - free));
  return Math.max(0, lastMs + waitMs - now);
}
