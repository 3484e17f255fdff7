import { GmvError } from '../../errors.ts';
import { type BrokerLink, connectBroker, throwOnCode } from './broker-link.ts';
import type { KafkaConnection } from './kafka-connection.ts';
import { partitionName } from './partition-state.ts';

export interface FoundPartition {
  readonly topic: string;
  readonly partition: number;
  readonly name: string;
  /** Its broker. */
  readonly leader: number;
}

export interface FoundTopic {
  readonly topic: string;
  /** How many partitions it has; 0: there is no such topic. */
  readonly count: number;
  /** Those that have a leader. */
  readonly partitions: readonly FoundPartition[];
}

/** Times that stand for the ends of a partition in {@link KafkaCluster.listOffsets}. */
export const EARLIEST = -2;
export const LATEST = -1;

export interface KafkaCluster {
  findTopics(topics: readonly string[]): Promise<FoundTopic[]>;
  linkTo(leader: number): Promise<BrokerLink>;
  /**
   * Per partition, by name: the offset of the first record not before the time, as decimal text; −1 where none is.
   *
   * @param atMs epoch ms, {@link EARLIEST} or {@link LATEST}
   * @param committed whether the latest is the end of what is not part of an open transaction
   */
  listOffsets(
    partitions: readonly FoundPartition[],
    atMs: number,
    committed: boolean,
  ): Promise<ReadonlyMap<string, string>>;
  /** Leaves offsets with the group, for whoever watches it; there are no members. */
  commit(groupId: string, offsets: readonly CommittedOffset[]): Promise<void>;
}

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

const NO_SUCH_TOPIC = 3;
const NO_LEADER = 5;

interface Metadata {
  readonly brokers: readonly { nodeId: number; host: string; port: number }[];
  readonly topicMetadata: readonly {
    topic: string;
    topicErrorCode: number;
    partitionMetadata: readonly { partitionId: number; leader: number }[];
  }[];
}
interface PerPartition<T> {
  readonly responses: readonly {
    topic: string;
    partitions: readonly (T & { partition: number; errorCode: number })[];
  }[];
}

/**
 * Finds one of the brokers that were named and, through it, the others. All links end with the signal.
 *
 * @throws what kafkajs throws where none of them can be reached.
 */
export async function openCluster(options: {
  readonly connection: KafkaConnection;
  readonly clientId: string;
  readonly answerMs: number;
  readonly signal: AbortSignal;
}): Promise<KafkaCluster> {
  const { connection, signal } = options;
  const links = new Map<string, Promise<BrokerLink>>();
  const addresses = new Map<number, string>();
  const linkAt = (address: string): Promise<BrokerLink> => {
    const known = links.get(address);
    if (known) return known;
    const link = connectBroker({ ...options, ...hostAndPort(address) });
    links.set(address, link);
    link.catch(() => links.delete(address));
    return link;
  };
  const linkTo = (leader: number): Promise<BrokerLink> => {
    const address = addresses.get(leader);
    if (address) return linkAt(address);
    return Promise.reject(Object.assign(new Error(`broker ${leader} is not known`), { retriable: true }));
  };
  for (const address of connection.brokers) hostAndPort(address);
  const seed = await firstOf(connection.brokers, linkAt, signal);

  return {
    linkTo,
    async findTopics(topics) {
      const body = { topics, allowAutoTopicCreation: false };
      const { brokers, topicMetadata } = await seed.send<Metadata>('Metadata', body);
      for (const { nodeId, host, port } of brokers) addresses.set(nodeId, `${host}:${port}`);
      return topicMetadata.map(({ topic, topicErrorCode, partitionMetadata }) => {
        if (topicErrorCode !== NO_SUCH_TOPIC && topicErrorCode !== NO_LEADER)
          throwOnCode(topicErrorCode, `topic ${topic}`);
        const partitions = partitionMetadata
          .filter(({ leader }) => addresses.has(leader))
          .map(({ partitionId: partition, leader }) => {
            return { topic, partition, name: partitionName(topic, partition), leader };
          });
        partitions.sort((a, b) => a.partition - b.partition);
        return { topic, count: partitionMetadata.length, partitions };
      });
    },
    async listOffsets(partitions, atMs, committed) {
      const found = new Map<string, string>();
      const leaders = [...new Set(partitions.map(({ leader }) => leader))];
      await Promise.all(
        leaders.map(async (leader) => {
          const link = await linkTo(leader);
          const asked = partitions.filter((partition) => partition.leader === leader);
          const { responses } = await link.send<PerPartition<{ offset: string }>>('ListOffsets', {
            isolationLevel: committed ? 1 : 0,
            topics: byTopic(asked, ({ partition }) => ({ partition, timestamp: atMs })),
          });
          for (const { topic, partitions: answered } of responses) {
            for (const { partition, errorCode, offset } of answered) {
              throwOnCode(errorCode, `partition ${partitionName(topic, partition)}`);
              found.set(partitionName(topic, partition), offset);
            }
          }
        }),
      );
      return found;
    },
    async commit(groupId, offsets) {
      const { errorCode, coordinator } = await seed.send<{
        errorCode: number;
        coordinator: { nodeId: number };
      }>('GroupCoordinator', { groupId });
      throwOnCode(errorCode, `group ${groupId}`);
      const link = await linkTo(coordinator.nodeId);
      const { responses } = await link.send<PerPartition<unknown>>('OffsetCommit', {
        groupId,
        // A group without members.
        groupGenerationId: -1,
        memberId: '',
        topics: byTopic(offsets, ({ partition, offset }) => ({ partition, offset })),
      });
      for (const { partitions } of responses) {
        for (const { errorCode: code } of partitions) throwOnCode(code, `group ${groupId}`);
      }
    },
  };
}

/** Kafka's nesting of what is asked of partitions. */
export function byTopic<P extends { readonly topic: string }, T>(
  partitions: readonly P[],
  of: (partition: P) => T,
) {
  const topics = new Map<string, T[]>();
  for (const partition of partitions) {
    const list = topics.get(partition.topic) ?? [];
    list.push(of(partition));
    topics.set(partition.topic, list);
  }
  return [...topics].map(([topic, list]) => ({ topic, partitions: list }));
}

/** @throws GmvError `kafka_address` */
function hostAndPort(address: string): { host: string; port: number } {
  const [, host, port] = /^\[?([^[\]]+?)\]?:(\d{1,5})$/.exec(address) ?? [];
  if (host !== undefined && port !== undefined) return { host, port: Number(port) };
  throw new GmvError('kafka_address', `${address} is no address of a broker`, 'Name brokers as host:port.');
}

async function firstOf(
  addresses: readonly string[],
  linkAt: (address: string) => Promise<BrokerLink>,
  signal: AbortSignal,
): Promise<BrokerLink> {
  let last: unknown = new Error('No broker is named');
  for (const address of addresses) {
    signal.throwIfAborted();
    try {
      return await linkAt(address);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}
