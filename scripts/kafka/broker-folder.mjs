import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} BrokerFolder where a broker keeps what it knows
 * @property {string} clusterId
 * @property {string} settings path of its configuration
 * @property {string} log path of what it prints
 * @property {boolean} formatted whether a broker has run there
 */

/**
 * @typedef {object} BrokerExtras what a broker has besides, for tests
 * @property {readonly { name: string, protocol: string, port: number }[]} [listeners] other ways in
 * @property {Readonly<Record<string, string | number>>} [settings] of `server.properties`; they win
 * @property {readonly string[]} [format] arguments of the first start's format step, such as users
 * @property {readonly string[]} [java] options of its virtual machine
 */

/**
 * Makes the folder ready for a broker, or finds what an earlier one left there.
 *
 * @param {{ folder: string, port: number, controllerPort: number, partitions: number, extras?: BrokerExtras }} options
 * @returns {BrokerFolder}
 * @throws Error where it holds something else, or the data of another cluster
 */
export function prepareBrokerFolder({ folder, port, controllerPort, partitions, extras = {} }) {
  mkdirSync(folder, { recursive: true });
  const [card, records] = [join(folder, 'cluster.json'), join(folder, 'records')];
  const remedy = 'name another folder with --data';
  if (!existsSync(card)) {
    if (readdirSync(folder).length > 0) throw new Error(`${folder} holds no data of this broker: ${remedy}`);
    writeFileSync(card, `${JSON.stringify({ clusterId: newClusterId() })}\n`);
  }
  const { clusterId } = JSON.parse(readFileSync(card, 'utf8'));
  const meta = join(records, 'meta.properties');
  const formatted = existsSync(meta);
  if (formatted) {
    const [, found] = /^cluster\.id=(.*)$/m.exec(readFileSync(meta, 'utf8')) ?? [];
    if (found !== clusterId) {
      throw new Error(`${folder} holds data of another cluster (${found}, not ${clusterId}): ${remedy}`);
    }
  }
  const settings = join(folder, 'server.properties');
  writeFileSync(settings, settingsText({ port, controllerPort, partitions, records, extras }));
  return { clusterId, settings, log: join(folder, 'broker.log'), formatted };
}

/** 16 random bytes as Kafka writes them; the first is zero, as an id that begins with "-" is taken for an option. */
function newClusterId() {
  const bytes = randomBytes(16);
  bytes[0] = 0;
  return bytes.toString('base64url');
}

/**
 * One process is broker and controller; whatever Kafka replicates has one replica; all times are taken, all kept.
 *
 * @param {{ port: number, controllerPort: number, partitions: number, records: string, extras: BrokerExtras }} options
 */
function settingsText({ port, controllerPort, partitions, records, extras }) {
  const listeners = [
    { name: 'PLAINTEXT', protocol: 'PLAINTEXT', port },
    { name: 'CONTROLLER', protocol: 'PLAINTEXT', port: controllerPort },
    ...(extras.listeners ?? []),
  ];
  const addresses = listeners.map((listener) => `${listener.name}://127.0.0.1:${listener.port}`).join();
  const anyTime = '9223372036854775807';
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: addresses,
    'advertised.listeners': addresses,
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': listeners.map(({ name, protocol }) => `${name}:${protocol}`).join(),
    'log.dirs': records,
    'auto.create.topics.enable': false,
    'num.partitions': partitions,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'min.insync.replicas': 1,
    // After kill -9 a start waits until the dead broker's session is over.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 500,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'log.retention.ms': -1,
    'log.message.timestamp.before.max.ms': anyTime,
    'log.message.timestamp.after.max.ms': anyTime,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    'log.cleaner.dedupe.buffer.size': 8_388_608,
    ...extras.settings,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
