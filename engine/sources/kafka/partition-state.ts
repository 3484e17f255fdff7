import type { PartitionProgress } from '../source.ts';

/** One partition that is read: how far, and what its broker said last. */
export interface PartitionState {
  readonly topic: string;
  readonly partition: number;
  /** As in `SourceBatch.partition`. */
  readonly name: string;
  /** Offset of the next record to fetch; what lies between {@link position} and it is in memory. */
  fetchAt: number;
  /** Offset of the next record to poll. */
  position: number;
  /** Offset of the next record written, as the broker said last. */
  endOffset: number;
  /** Up to here it is replay: what could be read when reading began. */
  readonly replayTo: number;
  /** When the record last polled was written; epoch ms. */
  recordMs: number | null;
  /** When its broker last answered; epoch ms, null where it is not asked. */
  answeredMs: number | null;
}

export const partitionName = (topic: string, partition: number): string => `${topic}/${partition}`;

/** How old an answer may be that says that there is nothing; ms, several times what a broker waits with one. */
const FRESH_MS = 3_000;

export function progressOf(state: PartitionState, nowMs: number): PartitionProgress {
  const { name, position, endOffset, recordMs, answeredMs } = state;
  const lagRecords = Math.max(0, endOffset - position);
  return {
    partition: name,
    nextOffset: String(position),
    endOffset: String(Math.max(endOffset, position)),
    lagRecords,
    lagMs: lagRecords === 0 ? 0 : recordMs === null ? null : Math.max(0, nowMs - recordMs),
    idle: lagRecords === 0 && answeredMs !== null && nowMs - answeredMs <= FRESH_MS,
  };
}
