import type { EncodedEpoch } from '../protocol/encoded.ts';
import type { ViewSpec } from '../protocol/view.ts';

/** What a socket lacks of a view: the rows changed after `since`, or (`null`) the whole of it. */
export interface ViewWant {
  readonly view: string;
  readonly since: number | null;
}

/**
 * Where the hub takes figures from: the data thread, seen through its port. The feed outlives that thread; after
 * a restart it takes the subscribed views into use again and publishes under a new `runId`.
 */
export interface ViewFeed {
  /**
   * Takes a view into use: from then on epochs carry its patches.
   *
   * @throws an error for people (what can't be answered, and the remedy).
   */
  subscribe(spec: ViewSpec): Promise<void>;
  /** Lets a view go. */
  unsubscribe(view: string): void;
  /** All the wanted views as of one and the same epoch. Rejects where one of them is not in use. */
  read(wants: readonly ViewWant[]): Promise<EncodedEpoch>;
}
