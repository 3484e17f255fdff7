import type { JobUpdate } from '../../engine/protocol/jobs.ts';
import type { ClientToServer } from '../../engine/protocol/socket-events.ts';

/** The list of jobs; or that and one job. */
export type WatchedJobs = NonNullable<Parameters<ClientToServer['watchJobs']>[0]>;

export interface JobWatch {
  /** Watches until the returned function is called. A job goes before the list, a later one before an earlier. */
  add(what: WatchedJobs): () => void;
  /** Says again what is watched, to a server that does not know. */
  again(): void;
  /** An update of the watched job was missed: asks for the whole, once until it comes. */
  missed(): void;
  /** Whether the update is of the watched job; a whole one ends the wait for it. */
  isOf(update: JobUpdate): boolean;
}

/** What all parts of a page together watch, as the one thing that the server is told. */
export function createJobWatch(tell: (what: WatchedJobs | null) => void): JobWatch {
  const watches: { readonly what: WatchedJobs }[] = [];
  let told: WatchedJobs | null = null;
  let telling = false;
  let waiting = false;

  function wanted(): WatchedJobs | null {
    return watches.findLast(({ what }) => what !== 'list')?.what ?? watches[0]?.what ?? null;
  }

  function changed(): void {
    if (telling) return;
    telling = true;
    // One page replaces another in one go: what both watch is not asked for anew.
    queueMicrotask(() => {
      telling = false;
      const next = wanted();
      if (JSON.stringify(next) === JSON.stringify(told)) return;
      told = next;
      waiting = false;
      tell(told);
    });
  }

  return {
    add(what) {
      const watch = { what };
      watches.push(watch);
      changed();
      return () => {
        watches.splice(watches.indexOf(watch), 1);
        changed();
      };
    },
    again() {
      waiting = false;
      if (told !== null) tell(told);
    },
    missed() {
      if (waiting) return;
      waiting = true;
      tell(told);
    },
    isOf({ id, whole }) {
      if (told === null || told === 'list' || told.job !== id) return false;
      if (whole) waiting = false;
      return true;
    },
  };
}
