import { setTimeout as sleep } from 'node:timers/promises';
import { type FetchLoopOptions, fetchUntilAborted } from './fetch-loop.ts';
import { type FoundPartition, type FoundTopic, type KafkaCluster, openCluster } from './kafka-cluster.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import type { KafkaEvent } from './kafka-event.ts';
import type { PartitionState } from './partition-state.ts';
import { checkPartitions, type KafkaStart, locatePartitions } from './start-positions.ts';

/** So often offsets are left with the group, and so often in a row that may fail before it is said. */
const COMMIT_MS = 2_000;
const SILENT_FAILURES = 3;

export interface KafkaSessionOptions {
  readonly connection: KafkaConnection;
  readonly topics: readonly string[];
  readonly groupId: string | null;
  readonly start: KafkaStart;
  /** Whether an earlier session has found its partitions. */
  readonly begun: boolean;
  /** By name; gets what this session finds. */
  readonly states: Map<string, PartitionState>;
  readonly fetch: Pick<FetchLoopOptions, 'buffer' | 'answerBytes' | 'clock'>;
  /** How often it is looked for added partitions and for other leaders; ms. */
  readonly metadataMs: number;
  readonly answerMs: number;
  readonly onEvent: (event: KafkaEvent) => void;
  /** All partitions have their place and are being fetched; `missing`: topics that are not there. */
  readonly onReading: (missing: readonly string[]) => void;
  readonly signal: AbortSignal;
}

/**
 * One life of the connection to a cluster: finds partitions and their leaders, checks where each is read from, and fetches
 * until something changes (it resolves) or breaks (it throws). Whoever runs it begins the next one, from the states.
 *
 * There is no consumer group: with every partition and offset our own, its joining, rebalancing and resetting would only
 * be ways to lose the place.
 */
export async function runKafkaSession(options: KafkaSessionOptions): Promise<void> {
  const { topics, groupId, start, begun, states, fetch, metadataMs, onEvent, onReading } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const end = (): void => {
    ending.abort();
    fetch.buffer.wake();
  };
  options.signal.addEventListener('abort', end);
  if (options.signal.aborted) end();
  try {
    const cluster = await openCluster({ ...options, clientId: 'gmv', signal });
    const found = await cluster.findTopics(topics);
    const partitions = found.flatMap((topic) => topic.partitions);
    const missing = found.filter(({ count }) => count === 0).map(({ topic }) => topic);
    for (const { topic, count } of found) if (count > 0) checkPartitions(topic, count, start);
    if (!begun && found.some((topic) => topic.partitions.length < topic.count)) {
      throw Object.assign(new Error('some partitions have no leader yet'), { retriable: true });
    }
    const located = await locatePartitions({ cluster, found: partitions, known: states, start, begun });
    signal.throwIfAborted();
    const added = located.filter(({ name }) => !states.has(name));
    for (const state of added) states.set(state.name, state);
    if (begun && added.length > 0) {
      const message = `Reads new partitions from their first record: ${added.map(({ name }) => name).join(', ')}`;
      onEvent({ kind: 'partitions_added', message });
    }
    onReading(missing);
    await Promise.race([
      untilChanged({ cluster, topics, found, metadataMs, signal }),
      ...(groupId === null ? [] : [keepCommitting({ ...options, groupId, cluster, signal })]),
      ...fetchLoops({ cluster, partitions, states, fetch, signal }),
    ]);
  } finally {
    end();
    options.signal.removeEventListener('abort', end);
    for (const state of states.values()) state.answeredMs = null;
  }
}

function fetchLoops(options: {
  readonly cluster: KafkaCluster;
  readonly partitions: readonly FoundPartition[];
  readonly states: ReadonlyMap<string, PartitionState>;
  readonly fetch: KafkaSessionOptions['fetch'];
  readonly signal: AbortSignal;
}): Promise<void>[] {
  const { cluster, partitions, states, fetch, signal } = options;
  const leaders = [...new Set(partitions.map(({ leader }) => leader))];
  return leaders.map(async (leader) => {
    const link = await cluster.linkTo(leader);
    const led = partitions.filter((partition) => partition.leader === leader);
    const own = led.map(({ name }) => states.get(name)).filter((state) => state !== undefined);
    await fetchUntilAborted({ ...fetch, link, states: own, signal });
  });
}

/** Resolves once partitions or their leaders are others. */
async function untilChanged(options: {
  readonly cluster: KafkaCluster;
  readonly topics: readonly string[];
  readonly found: readonly FoundTopic[];
  readonly metadataMs: number;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { cluster, topics, found, metadataMs, signal } = options;
  const shape = (list: readonly FoundTopic[]): string =>
    JSON.stringify(
      list.map(({ topic, partitions }) => [topic, partitions.map(({ leader }) => leader)]).sort(),
    );
  const before = shape(found);
  do await sleep(metadataMs, undefined, { signal });
  while (shape(await cluster.findTopics(topics)) === before);
}

/** Leaves what was polled with the group now and then, for those who watch lag there; never read back. */
async function keepCommitting(
  options: KafkaSessionOptions & { readonly cluster: KafkaCluster; readonly groupId: string },
): Promise<never> {
  const { cluster, groupId, states, onEvent, signal } = options;
  let committed = '';
  for (let failures = 0; ; ) {
    await sleep(COMMIT_MS, undefined, { signal });
    const offsets = [...states.values()].map(({ topic, partition, position }) => {
      return { topic, partition, offset: String(position) };
    });
    const now = JSON.stringify(offsets);
    if (now === committed || offsets.length === 0) continue;
    try {
      await cluster.commit(groupId, offsets);
      committed = now;
      failures = 0;
    } catch (error) {
      if (++failures === SILENT_FAILURES) {
        const message = `Offsets can't be left with group ${groupId}: ${error instanceof Error ? error.message : error}`;
        onEvent({ kind: 'not_committed', message });
      }
    }
  }
}
