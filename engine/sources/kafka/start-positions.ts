import { GmvError } from '../../errors.ts';
import { EARLIEST, type FoundPartition, type KafkaCluster, LATEST } from './kafka-cluster.ts';
import type { PartitionState } from './partition-state.ts';

/**
 * Where reading begins: at offsets by partition (`<topic>/<number>`, decimal text), from which a partition that is not
 * among them was added later and is read from its first record; or for all of them at the first record, behind the last,
 * or at the first that was written at `atMs` (epoch ms) or later.
 */
export type KafkaStart =
  | { readonly offsets: Readonly<Record<string, string>> }
  | 'earliest'
  | 'latest'
  | { readonly atMs: number };

/**
 * Where each partition is read from: those that are known go on, others begin.
 *
 * @param known by name
 * @param begun whether reading had begun before: a partition that comes later is read from its first record
 * @throws GmvError `kafka_truncated`, `kafka_recreated` where what is to be read next is gone
 */
export async function locatePartitions(options: {
  readonly cluster: KafkaCluster;
  readonly found: readonly FoundPartition[];
  readonly known: ReadonlyMap<string, PartitionState>;
  readonly start: KafkaStart;
  readonly begun: boolean;
}): Promise<PartitionState[]> {
  const { cluster, found, known, start, begun } = options;
  if (found.length === 0) return [];
  const [first, readable, end, atTime] = await Promise.all([
    cluster.listOffsets(found, EARLIEST, false),
    cluster.listOffsets(found, LATEST, true),
    cluster.listOffsets(found, LATEST, false),
    isTime(start) ? cluster.listOffsets(found, start.atMs, true) : null,
  ]);
  return found.map((partition) => {
    const { name } = partition;
    const low = exact(first.get(name), partition);
    const readTo = exact(readable.get(name), partition);
    const endOffset = exact(end.get(name), partition);
    const state = known.get(name);
    if (state) {
      checkRange(partition, state.fetchAt, low, endOffset);
      return Object.assign(state, { endOffset });
    }
    let at = low;
    if (isOffsets(start)) {
      const offset = start.offsets[name];
      if (offset !== undefined) at = exact(offset, partition);
    } else if (isTime(start)) {
      const offset = exact(atTime?.get(name), partition);
      at = offset < 0 ? readTo : offset;
    } else if (start === 'latest' && !begun) {
      at = readTo;
    }
    checkRange(partition, at, low, endOffset);
    return {
      topic: partition.topic,
      partition: partition.partition,
      name,
      fetchAt: at,
      position: at,
      endOffset,
      // What was added later is news, not replay.
      replayTo: begun ? at : readTo,
      recordMs: null,
      answeredMs: null,
    };
  });
}

/**
 * That the topic still has every partition which the offsets name.
 *
 * @throws GmvError `kafka_recreated`
 */
export function checkPartitions(topic: string, count: number, start: KafkaStart): void {
  if (!isOffsets(start)) return;
  for (const [name, offset] of Object.entries(start.offsets)) {
    const slash = name.lastIndexOf('/');
    if (name.slice(0, slash) !== topic || Number(name.slice(slash + 1)) < count) continue;
    throw new GmvError(
      'kafka_recreated',
      `Partition ${name} is to be read from offset ${offset}, but topic ${topic} has ${count} partitions: it was made anew`,
      REMEDY,
    );
  }
}

/** @throws GmvError where the next record to read is gone, or was never there. */
function checkRange({ name }: FoundPartition, at: number, low: number, end: number): void {
  if (at < low) {
    throw new GmvError(
      'kafka_truncated',
      `Partition ${name} is to be read from offset ${at}, but its first record is at offset ${low}: those between were deleted`,
      REMEDY,
    );
  }
  if (at > end) {
    throw new GmvError(
      'kafka_recreated',
      `Partition ${name} is to be read from offset ${at}, but it ends at offset ${end}: it lost records or was made anew`,
      REMEDY,
      // A broker that has just taken over may not know its end yet.
      { retriable: true },
    );
  }
}

const REMEDY =
  'Start without the checkpoints (move their folder away), which reads what the topic holds, and replay what is missing from files.';

const isOffsets = (start: KafkaStart): start is Extract<KafkaStart, { offsets: unknown }> =>
  typeof start === 'object' && 'offsets' in start;
const isTime = (start: KafkaStart): start is Extract<KafkaStart, { atMs: number }> =>
  typeof start === 'object' && 'atMs' in start;

function exact(offset: string | undefined, { name }: FoundPartition): number {
  if (offset !== undefined && /^-?\d+$/.test(offset) && Number.isSafeInteger(Number(offset)))
    return Number(offset);
  throw new GmvError(
    'kafka_offset',
    `${JSON.stringify(offset)} is no offset of partition ${name} that can be read`,
    'Offsets are decimal numbers below 2^53.',
  );
}
