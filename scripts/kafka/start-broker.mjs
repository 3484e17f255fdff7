import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import lockfile from 'proper-lockfile';
import { freePort, isFree } from '../free-port.mjs';
import { runCommand } from '../run-command.mjs';
import { prepareBrokerFolder } from './broker-folder.mjs';
import { brokerMissing, javaCommand, provideBrokerJars } from './broker-jars.mjs';

const READY_MS = 120_000;
/** How often others may have taken a port that was just free. */
const START_TRIES = 3;
const STOP_MS = 20_000;
/** A killed broker's threads end within moments. */
const FREED_MS = 20_000;
/** A broker whose starter was killed is gone before the lock that it leaves counts as stale; ms. */
const STALE_MS = 6_000;
const LOCK = { stale: STALE_MS, update: 2_000 };
const LOCK_TRIES = { retries: 16, factor: 1, minTimeout: 500, maxTimeout: 500 };
const LOGGING = join(import.meta.dirname, 'log4j2.properties');

/** Runs its arguments and ends them when its stdin ends, so that no broker outlives whoever started it. */
const GUARD = `exec 3<&0
"$@" </dev/null 3<&- &
pid=$!
{ while read -r _ <&3; do :; done; kill "$pid" 2>/dev/null; } &
wait "$pid"`;

/**
 * @typedef {object} Broker
 * @property {string} address host:port
 * @property {number} pid of the process that guards it, the first of its group
 * @property {Promise<string>} ended settles when the process is gone, with the last of what it printed
 * @property {() => Promise<void>} stop in order; its data stays
 * @property {() => Promise<void>} kill by SIGKILL; its port is free then
 */

/**
 * Starts a single-node Kafka on 127.0.0.1 and waits until it answers. It ends with this process, however that ends.
 *
 * @param {object} options
 * @param {number} options.port 0: any free one
 * @param {string} options.dataFolder kept between starts
 * @param {number} options.partitions of topics that are made without a number
 * @param {(line: string) => void} options.say hears what it waits for
 * @param {AbortSignal} [options.signal] ends a start that is under way
 * @param {import('./broker-folder.mjs').BrokerExtras} [options.extras]
 * @returns {Promise<Broker>}
 * @throws Error of one line: no Java, too old, no Maven, a port or a folder in use, data of another cluster
 */
export async function startBroker({ port, dataFolder, partitions, say, signal, extras }) {
  const missing = brokerMissing();
  if (missing) throw new Error(missing);
  const jars = await provideBrokerJars(say, signal);
  signal?.throwIfAborted();
  const folder = resolve(dataFolder);
  mkdirSync(folder, { recursive: true });
  const unlock = await lockFolder(folder, say);
  try {
    const { address, ...broker } = await startOnFreePorts({
      port,
      folder,
      partitions,
      jars,
      say,
      signal,
      extras,
    });
    const ended = broker.ended.then((printed) => unlock().then(() => printed));
    /** @param {() => Promise<void>} end */
    const endBy = (end) => async () => {
      await end();
      await ended;
    };
    return { address, pid: broker.pid, ended, stop: endBy(broker.stop), kill: endBy(broker.kill) };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/**
 * Two brokers in one folder would write into each other's metadata.
 *
 * @param {string} folder
 * @param {(line: string) => void} say
 */
async function lockFolder(folder, say) {
  /** @param {Error} error */
  const onCompromised = (error) => say(`The lock of ${folder} was lost: ${error.message}`);
  try {
    return await lockfile.lock(folder, { ...LOCK, onCompromised });
  } catch {
    say(`${folder} is or was in use; waiting for its broker to end …`);
  }
  try {
    return await lockfile.lock(folder, { ...LOCK, onCompromised, retries: LOCK_TRIES });
  } catch (cause) {
    const remedy = 'end that one, or name another folder with --data';
    throw new Error(`${folder} is in use by another broker: ${remedy}`, { cause });
  }
}

/**
 * @typedef {object} StartOptions
 * @property {number} port 0: any free one
 * @property {string} folder
 * @property {number} partitions
 * @property {string} jars
 * @property {(line: string) => void} say
 * @property {AbortSignal} [signal]
 * @property {import('./broker-folder.mjs').BrokerExtras} [extras]
 */

/** Another program may take a port that was free until the broker, some seconds later, listens there. */
class PortTaken extends Error {}

/**
 * @param {StartOptions} options
 * @returns {Promise<Broker>}
 */
async function startOnFreePorts(options) {
  const { port } = options;
  for (let left = START_TRIES; ; ) {
    if (port !== 0 && !(await isFree(port))) throw portTaken(port);
    try {
      return await startInFolder(options);
    } catch (error) {
      if (--left === 0 || !(error instanceof PortTaken)) throw error;
    }
  }
}

/**
 * @param {StartOptions} options
 * @returns {Promise<Broker>}
 */
async function startInFolder({ port, folder, partitions, jars, say, signal, extras }) {
  const ownPort = port === 0 ? await freePort() : port;
  const controllerPort = await freePort();
  const prepared = prepareBrokerFolder({ folder, port: ownPort, controllerPort, partitions, extras });
  const java = [
    '-Xms64m',
    '-Xmx512m',
    '-XX:+UseSerialGC',
    `-Dkafka.logs.dir=${folder}`,
    `-Dlog4j2.configurationFile=${LOGGING}`,
    '-Dlog4j2.disable.jmx=true',
    '-cp',
    join(jars, '*'),
    ...(extras?.java ?? []),
  ];
  if (!prepared.formatted) await format({ java, ...prepared, extras: extras?.format ?? [] });
  signal?.throwIfAborted();

  const log = openSync(prepared.log, 'w');
  const child = spawn('sh', ['-c', GUARD, 'sh', javaCommand(), ...java, 'kafka.Kafka', prepared.settings], {
    // A process group of its own: Ctrl-C is for whoever started it, who then stops it in order.
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  const ended = new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', () => {
      child.stdin?.destroy();
      done(readFileSync(prepared.log, 'utf8').slice(-3000));
    });
  });
  const kill = async () => {
    if (child.pid && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL');
    await ended;
  };
  const stop = async () => {
    child.stdin?.end();
    const late = setTimeout(kill, STOP_MS);
    await ended;
    clearTimeout(late);
  };
  const address = `127.0.0.1:${ownPort}`;
  say(`Starting the broker, which takes some seconds …`);
  try {
    await answered({ address, clusterId: prepared.clusterId, ended, signal });
  } catch (error) {
    await kill();
    const printed = readFileSync(prepared.log, 'utf8');
    if (/Address already in use/.test(printed)) throw portTaken(ownPort);
    throw error;
  }
  return {
    address,
    pid: child.pid ?? 0,
    ended,
    stop,
    async kill() {
      await kill();
      await freed(ownPort);
    },
  };
}

/**
 * A guard that is killed is gone before the broker's threads, which hold its port and its folder.
 *
 * @param {number} port
 */
async function freed(port) {
  for (const untilMs = Date.now() + FREED_MS; !(await isFree(port)) && Date.now() < untilMs; )
    await sleep(10);
}

/** @param {{ java: readonly string[], clusterId: string, settings: string, extras: readonly string[] }} options */
async function format({ java, clusterId, settings, extras }) {
  const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', settings, ...extras];
  const { code, output } = await runCommand(javaCommand(), ['-XX:TieredStopAtLevel=1', ...java, ...tool]);
  if (code !== 0) throw new Error(`Kafka can't format its folder: ${output.slice(-1000)}`);
}

/**
 * @param {{ address: string, clusterId: string, ended: Promise<string>, signal?: AbortSignal }} options
 */
async function answered({ address, clusterId, ended, signal }) {
  const kafka = new kafkajs.Kafka({
    brokers: [address],
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: 1000,
    retry: { retries: 0 },
  });
  /** @type {string | null} */
  let over = null;
  ended.then((printed) => {
    over = printed;
  });
  for (const untilMs = Date.now() + READY_MS; ; await sleep(200)) {
    signal?.throwIfAborted();
    if (over !== null) throw new Error(`The broker ended before it answered:\n${over}`);
    const admin = kafka.admin();
    try {
      await admin.connect();
      const cluster = await admin.describeCluster();
      if (cluster.clusterId !== clusterId) throw portTaken(Number(address.split(':')[1]));
      if (cluster.brokers.length > 0) return;
    } catch (error) {
      if (error instanceof PortTaken) throw error;
      if (Date.now() > untilMs) throw new Error(`The broker did not answer within ${READY_MS / 1000} s`);
    } finally {
      await admin.disconnect();
    }
  }
}

/** @param {number} port */
const portTaken = (port) =>
  new PortTaken(`Port ${port} is taken: end what listens there, or choose another with --port`);
