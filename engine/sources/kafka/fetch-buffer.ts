import type { AbortedTransaction } from './fetch-answer.ts';
import { createNotice } from './notice.ts';
import type { PartitionState } from './partition-state.ts';

/** Whole batches of records of one partition, as stored; they keep the whole answer that they came in. */
export interface FetchedPart {
  readonly state: PartitionState;
  readonly records: Buffer;
  readonly aborted: readonly AbortedTransaction[];
}

/**
 * What was fetched and not yet polled, in order of arrival. Its bytes are those of the answers that it keeps alive, plus
 * those of answers still awaited.
 */
export interface FetchBuffer {
  /** Keeps room for an answer, if there is any; one that comes to an empty buffer always has. */
  reserve(bytes: number): boolean;
  release(bytes: number): void;
  put(parts: readonly FetchedPart[], byteLength: number): void;
  first(): FetchedPart | null;
  /** Forgets the first. */
  shift(): void;
  readonly byteLength: number;
  /** Until something comes, at most `ms`; until something has gone. */
  arrival(ms: number): Promise<void>;
  departure(): Promise<void>;
  /** Wakes whoever waits. */
  wake(): void;
}

export function createFetchBuffer(maxBytes: number): FetchBuffer {
  const arrived = createNotice();
  const gone = createNotice();
  let parts: { part: FetchedPart; answer: { left: number; byteLength: number } }[] = [];
  /** Parts before it have been read. */
  let at = 0;
  let held = 0;
  return {
    reserve(bytes) {
      if (held > 0 && held + bytes > maxBytes) return false;
      held += bytes;
      return true;
    },
    release(bytes) {
      held -= bytes;
      gone.notify();
    },
    put(more, byteLength) {
      if (more.length === 0) return;
      const answer = { left: more.length, byteLength };
      held += byteLength;
      for (const part of more) parts.push({ part, answer });
      arrived.notify();
    },
    first: () => parts[at]?.part ?? null,
    shift() {
      const { answer } = parts[at++]!;
      if (--answer.left === 0) {
        held -= answer.byteLength;
        // Nothing of an answer stays once its last part was read.
        parts = parts.slice(at);
        at = 0;
      }
      gone.notify();
    },
    get byteLength() {
      return held;
    },
    arrival: (ms) => arrived.wait(ms),
    departure: () => gone.wait(),
    wake() {
      arrived.notify();
      gone.notify();
    },
  };
}
