/** How many letters of a topic have a reason. */
export interface DeadLetterTally {
  readonly topic: string;
  readonly reason: string;
  readonly letters: number;
}

/** A record that gave no event (rejected), or contradicts one with the same id (a conflict), as a row of a list. */
export interface DeadLetterRow {
  readonly topic: string;
  readonly partition: number;
  /** Decimal text. */
  readonly offset: string;
  /** When the record was written; epoch ms, null where nobody knows. */
  readonly recordTimeMs: number | null;
  /** As counts name it; `conflict` for a conflict. */
  readonly reason: string;
  readonly eventId: string | null;
  /** Of the record's value. */
  readonly bytes: number;
  /** Of its text, unprintable characters made visible; hex where it is no UTF-8. */
  readonly beginning: string;
  /** When it was sent again; epoch ms, null where it was not. */
  readonly sentAtMs: number | null;
}

/** One letter with everything that was kept of its value. */
export interface DeadLetter extends DeadLetterRow {
  readonly keptBytes: number;
  /** Unprintable characters made visible; null where it is no UTF-8. */
  readonly text: string | null;
  /** Hex dump; null where there is `text`. */
  readonly hex: string | null;
}

/** Letters of the newest checkpoint, the newest first. */
export interface DeadLetterList {
  /** When that checkpoint was taken; epoch ms, null where there is none. */
  readonly takenAtMs: number | null;
  readonly letters: readonly DeadLetterRow[];
  /** Asks for the next ones as `before`; null where there are no more. */
  readonly next: string | null;
  /** Of all letters, whatever was asked for. */
  readonly tallies: readonly DeadLetterTally[];
  /** Letters that made room for newer ones. */
  readonly expired: number;
  /** Records that came in such numbers that they were only counted. */
  readonly notKept: number;
  readonly tombstones: number;
  /** Letters of damaged files. */
  readonly lost: number;
}
